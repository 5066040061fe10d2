#pragma once
// SIGTERM and SIGINT as a wish that is asked for, instead of the end of the process. A system call that waits returns
// when one comes.
//
// Threads: at most one of these exists at a time.

#include <csignal>

namespace kartei::tools {

class StopSignals {
public:
    StopSignals();
    ~StopSignals();  // they do again what they did before
    StopSignals(const StopSignals&) = delete;
    StopSignals& operator=(const StopSignals&) = delete;

    [[nodiscard]] static bool asked();

private:
    struct sigaction terminated_ {};
    struct sigaction interrupted_ {};
};

}  // namespace kartei::tools
