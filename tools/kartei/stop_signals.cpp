#include "tools/kartei/stop_signals.hpp"

namespace kartei::tools {

namespace {

// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables): a signal handler reaches nothing else
volatile sig_atomic_t wish = 0;

void note(int /*signal*/) { wish = 1; }

}  // namespace

StopSignals::StopSignals() {
    wish = 0;
    struct sigaction action {};
    action.sa_handler = note;
    sigemptyset(&action.sa_mask);
    sigaction(SIGTERM, &action, &terminated_);
    sigaction(SIGINT, &action, &interrupted_);
}

StopSignals::~StopSignals() {
    sigaction(SIGTERM, &terminated_, nullptr);
    sigaction(SIGINT, &interrupted_, nullptr);
}

bool StopSignals::asked() { return wish != 0; }

}  // namespace kartei::tools
