#pragma once
// An environment for what looks for the master key: a data directory, and no variable that names a key.

#include <cstdlib>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/test_ledger.hpp"
#include "tools/kartei/embedded_operations.hpp"

namespace kartei::testing {

class Environment {
public:
    Environment() {
        for (const auto* name : {"KARTEI_MASTER_KEY", "KARTEI_MASTER_KEY_FILE", "CREDENTIALS_DIRECTORY",
                                 "XDG_CONFIG_HOME", "XDG_STATE_HOME"}) {
            const char* value = std::getenv(name);
            before_.emplace_back(name, value == nullptr ? std::nullopt : std::optional<std::string>(value));
            ::unsetenv(name);
        }
        set("XDG_CONFIG_HOME", (directory.path() / "config").string());
        set("XDG_STATE_HOME", (directory.path() / "state").string());
    }
    ~Environment() {
        for (const auto& [name, value] : before_) {
            if (value) {
                ::setenv(name, value->c_str(), 1);
            } else {
                ::unsetenv(name);
            }
        }
    }
    Environment(const Environment&) = delete;
    Environment& operator=(const Environment&) = delete;

    static void set(const char* name, const std::string& value) { ::setenv(name, value.c_str(), 1); }

    // Opens the data directory as the command line does.
    Result<std::unique_ptr<tools::Operations>, tools::Failure> operations() {
        tools::EmbeddedOptions options{data(), events::BusinessName::trusted("salon"), "tester"};
        options.notice = [this](const std::string& text) { notices += text; };
        return tools::openEmbedded(options);
    }
    // The same, and sets a rule to what it is, which makes what is not there yet; "open", or the failure's code.
    std::string open() {
        const auto opened = operations();
        const auto set =
            opened ? (*opened)->setPolicy(events::Rule::AUTOMATIC_LINK, true) : tools::Answer(failed(opened.error()));
        if (!set) detail = set.error().detail;
        return set ? "open" : set.error().code;
    }
    [[nodiscard]] std::filesystem::path data() const { return directory.path() / "data"; }
    // That was made because there was no other key; empty where there is none.
    [[nodiscard]] std::filesystem::path keyFile() const {
        for (const auto& file : std::filesystem::directory_iterator(directory.path() / "config" / "kartei")) {
            if (file.path().extension() == ".key") return file.path();
        }
        return {};
    }

    TemporaryDirectory directory;
    std::string notices;
    std::string detail;

private:
    std::vector<std::pair<const char*, std::optional<std::string>>> before_;
};

}  // namespace kartei::testing
