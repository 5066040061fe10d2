#include "tools/service/tls_context.hpp"

#include <stdexcept>
#include <string>

namespace kartei::tools::service {

namespace ssl = boost::asio::ssl;

ssl::context contextOf(const TlsFiles& files) {
    ssl::context context(ssl::context::tls_server);
    context.set_options(ssl::context::default_workarounds | ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1);
    // Nobody is there to be asked for a passphrase.
    context.set_password_callback([](std::size_t, ssl::context::password_purpose) { return std::string(); });
    const auto used = [](const std::string& what, const auto& use) {
        try {
            use();
        } catch (const boost::system::system_error& error) {
            throw std::runtime_error(what + " cannot be used: " + error.code().message() + ".");
        }
    };
    used("The certificate", [&] { context.use_certificate_chain_file(files.certificate); });
    used("The certificate's key", [&] { context.use_private_key_file(files.key, ssl::context::pem); });
    return context;
}

}  // namespace kartei::tools::service
