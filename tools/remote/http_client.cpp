#include "tools/remote/http_client.hpp"

#include <curl/curl.h>

#include <stdexcept>

#include "adapters/text_forms.hpp"
#include "events/normal_forms.hpp"

namespace kartei::tools::remote {

namespace {

constexpr long connectSeconds = 10;
constexpr long statusOk = 200;

struct ListDeleter {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
struct FormDeleter {
    void operator()(curl_mime* form) const { curl_mime_free(form); }
};
using List = std::unique_ptr<curl_slist, ListDeleter>;
using Form = std::unique_ptr<curl_mime, FormDeleter>;

bool isUnreserved(char letter) {
    return (letter >= 'A' && letter <= 'Z') || (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') ||
           letter == '-' || letter == '.' || letter == '_' || letter == '~';
}

void add(List& list, const std::string& line) {
    auto* longer = curl_slist_append(list.get(), line.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    static_cast<void>(list.release());
    list.reset(longer);
}

Failure unreachable(const char* why) {
    return {Failure::Kind::storage, "unreachable", std::string("The server cannot be asked: ") + why + ".", {}};
}

// What becomes of an answer while it arrives.
struct Arriving {
    CURL* curl = nullptr;
    HttpResponse response;
    const std::function<bool(std::string_view)>* take = nullptr;  // null: the body is kept
    bool isEnded = false;                                         // by `take`
};

std::size_t takeBody(char* bytes, std::size_t, std::size_t count, void* to) {
    auto& arriving = *static_cast<Arriving*>(to);
    long status = 0;
    curl_easy_getinfo(arriving.curl, CURLINFO_RESPONSE_CODE, &status);
    if (arriving.take == nullptr || status != statusOk) {
        arriving.response.body.append(bytes, count);
        return count;
    }
    arriving.isEnded = !(*arriving.take)({bytes, count});
    return arriving.isEnded ? 0 : count;
}

std::size_t takeHeader(char* bytes, std::size_t, std::size_t count, void* to) {
    auto& arriving = *static_cast<Arriving*>(to);
    const std::string_view line(bytes, count);
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return count;
    arriving.response.headers[events::lowerAscii(line.substr(0, colon))] = adapters::trimmed(line.substr(colon + 1));
    return count;
}

}  // namespace

class HttpClient::Connection {
public:
    Connection(std::string server, std::string token, std::string certificates, std::chrono::seconds patience)
        : server_(std::move(server)),
          token_(std::move(token)),
          certificates_(std::move(certificates)),
          patience_(patience) {
        static const auto begun = curl_global_init(CURL_GLOBAL_DEFAULT);
        curl_ = begun == CURLE_OK ? curl_easy_init() : nullptr;
        if (curl_ == nullptr) throw std::runtime_error("There is no HTTP client.");
    }
    ~Connection() { curl_easy_cleanup(curl_); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    Result<HttpResponse, Failure> perform(const HttpRequest& request,
                                          const std::function<bool(std::string_view)>* take) {
        curl_easy_reset(curl_);
        const std::string url = server_ + request.path;
        curl_easy_setopt(curl_, CURLOPT_URL, url.c_str());
        curl_easy_setopt(curl_, CURLOPT_PATH_AS_IS, 1L);
        curl_easy_setopt(curl_, CURLOPT_PROTOCOLS_STR, "http,https");
        curl_easy_setopt(curl_, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
        curl_easy_setopt(curl_, CURLOPT_CONNECTTIMEOUT, connectSeconds);
        curl_easy_setopt(curl_, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(curl_, CURLOPT_LOW_SPEED_LIMIT, 1L);
        curl_easy_setopt(curl_, CURLOPT_LOW_SPEED_TIME, static_cast<long>(patience_.count()));
        if (!certificates_.empty()) curl_easy_setopt(curl_, CURLOPT_CAINFO, certificates_.c_str());
        const auto headers = headersOf(request);
        curl_easy_setopt(curl_, CURLOPT_HTTPHEADER, headers.get());
        const auto form = formOf(request);
        setBody(request, form.get());
        Arriving arriving{curl_, {}, take};
        curl_easy_setopt(curl_, CURLOPT_WRITEFUNCTION, takeBody);
        curl_easy_setopt(curl_, CURLOPT_WRITEDATA, &arriving);
        curl_easy_setopt(curl_, CURLOPT_HEADERFUNCTION, takeHeader);
        curl_easy_setopt(curl_, CURLOPT_HEADERDATA, &arriving);
        const auto code = curl_easy_perform(curl_);
        if (code != CURLE_OK && !arriving.isEnded) return failed(unreachable(curl_easy_strerror(code)));
        long status = 0;
        curl_easy_getinfo(curl_, CURLINFO_RESPONSE_CODE, &status);
        arriving.response.status = static_cast<unsigned>(status);
        return std::move(arriving.response);
    }

private:
    [[nodiscard]] List headersOf(const HttpRequest& request) const {
        List list;
        if (!token_.empty()) add(list, "Authorization: Bearer " + token_);
        for (const auto& [name, value] : request.headers) add(list, std::string(name).append(": ").append(value));
        add(list, "Expect:");  // an answer is not waited for before the body is sent
        return list;
    }
    [[nodiscard]] Form formOf(const HttpRequest& request) const {
        if (request.form.empty()) return nullptr;
        Form form(curl_mime_init(curl_));
        for (const auto& one : request.form) {
            auto* part = curl_mime_addpart(form.get());
            curl_mime_name(part, one.name.c_str());
            if (!one.fileName.empty()) curl_mime_filename(part, one.fileName.c_str());
            curl_mime_data(part, one.content.data(), one.content.size());
        }
        return form;
    }
    void setBody(const HttpRequest& request, curl_mime* form) {
        if (form != nullptr) {
            curl_easy_setopt(curl_, CURLOPT_MIMEPOST, form);
        } else if (request.method != "GET") {
            curl_easy_setopt(curl_, CURLOPT_POST, 1L);
            curl_easy_setopt(curl_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
            curl_easy_setopt(curl_, CURLOPT_POSTFIELDS, request.body.data());
            curl_easy_setopt(curl_, CURLOPT_CUSTOMREQUEST, request.method.c_str());
        }
    }

    std::string server_, token_, certificates_;
    std::chrono::seconds patience_;
    CURL* curl_ = nullptr;
};

HttpClient::HttpClient(std::string server, std::string token, std::string certificates, std::chrono::seconds patience)
    : connection_(
          std::make_unique<Connection>(std::move(server), std::move(token), std::move(certificates), patience)) {}

HttpClient::~HttpClient() = default;

Result<HttpResponse, Failure> HttpClient::send(const HttpRequest& request) {
    return connection_->perform(request, nullptr);
}

Result<HttpResponse, Failure> HttpClient::stream(const HttpRequest& request,
                                                 const std::function<bool(std::string_view)>& take) {
    return connection_->perform(request, &take);
}

std::string percentEncoded(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    constexpr unsigned half = 4;
    constexpr unsigned low = 0x0F;
    std::string encoded;
    for (const char letter : text) {
        if (isUnreserved(letter)) {
            encoded += letter;
            continue;
        }
        const auto byte = static_cast<unsigned char>(letter);
        encoded += '%';
        encoded += digits[byte >> half];
        encoded += digits[byte & low];
    }
    return encoded;
}

}  // namespace kartei::tools::remote
