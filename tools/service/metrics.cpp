#include "tools/service/metrics.hpp"

#include <array>
#include <sstream>

#include "ledger/failure.hpp"
#include "projections/stored_views.hpp"

namespace kartei::tools::service {

namespace {

constexpr unsigned firstRefusal = 400;

void head(std::ostringstream& out, const char* name, const char* type, const char* help) {
    out << "# HELP " << name << ' ' << help << "\n# TYPE " << name << ' ' << type << '\n';
}

void histogram(std::ostringstream& out, const std::string& name, const std::string& label,
               const ledger::Durations& from) {
    const std::string comma = label.empty() ? "" : ",";
    const std::string labels = label.empty() ? "" : "{" + label + "}";
    std::uint64_t below = 0;
    for (std::size_t at = 0; at < ledger::Durations::bounds.size(); ++at) {
        below += from.count(at);
        out << name << "_bucket{" << label << comma << "le=\"" << ledger::Durations::bounds[at] << "\"} " << below
            << '\n';
    }
    below += from.count(ledger::Durations::bounds.size());
    out << name << "_bucket{" << label << comma << "le=\"+Inf\"} " << below << '\n';
    out << name << "_sum" << labels << ' ' << from.seconds() << '\n'
        << name << "_count" << labels << ' ' << below << '\n';
}

void ofRocksDb(std::ostringstream& out, ledger::Ledger& ledger) {
    head(out, "kartei_rocksdb", "gauge", "What RocksDB says of itself.");
    for (const auto* property :
         {"rocksdb.cur-size-all-mem-tables", "rocksdb.estimate-table-readers-mem", "rocksdb.block-cache-usage",
          "rocksdb.total-sst-files-size", "rocksdb.num-running-compactions", "rocksdb.num-running-flushes",
          "rocksdb.actual-delayed-write-rate", "rocksdb.background-errors"}) {
        std::uint64_t value = 0;
        if (!ledger.directory().database().GetAggregatedIntProperty(property, &value) &&
            !ledger.directory().database().GetIntProperty(property, &value)) {
            continue;
        }
        out << "kartei_rocksdb{property=\"" << property << "\"} " << value << '\n';
    }
}

// Up to where the stored customer files tell; from the first where they cannot be read.
std::uint64_t shownOf(ledger::Business& business) {
    try {
        return projections::StoredViews(business).state().position.value();
    } catch (const ledger::Failure&) {
        return 0;
    }
}

void ofBusinesses(std::ostringstream& out, ledger::Ledger& ledger) {
    std::uint64_t events = 0;
    std::uint64_t lag = 0;
    std::uint64_t recorded = 0;
    std::uint64_t unchanged = 0;
    std::array<std::uint64_t, ledger::refusalCodes> refused{};
    const auto known = ledger.businesses();
    std::uint64_t impaired = known.notOpened;
    for (auto* business : known.open) {
        const auto last = business->head().value();
        const auto shown = shownOf(*business);
        events += last;
        lag += last > shown ? last - shown : 0;
        recorded += business->counts().allRecorded();
        unchanged += business->counts().allUnchanged();
        if (!business->isSound()) ++impaired;
        for (std::size_t code = 0; code < refused.size(); ++code)
            refused.at(code) += business->counts().allRefused(static_cast<ledger::RefusalCode>(code));
    }
    head(out, "kartei_businesses_impaired", "gauge",
         "Businesses that cannot be opened, or to whose log nothing may be added.");
    out << "kartei_businesses_impaired " << impaired << '\n';
    head(out, "kartei_events", "gauge", "Events in all logs that are open.");
    out << "kartei_events " << events << '\n';
    head(out, "kartei_projection_lag_events", "gauge", "Events that the stored customer files do not tell of yet.");
    out << "kartei_projection_lag_events " << lag << '\n';
    head(out, "kartei_appends_total", "counter", "Facts that were taken, by what became of them.");
    out << "kartei_appends_total{outcome=\"recorded\"} " << recorded << '\n';
    out << "kartei_appends_total{outcome=\"unchanged\"} " << unchanged << '\n';
    head(out, "kartei_rule_refusals_total", "counter", "Facts and decisions that a rule refused, by code.");
    for (std::size_t code = 0; code < refused.size(); ++code) {
        if (refused.at(code) == 0) continue;
        out << "kartei_rule_refusals_total{code=\"" << toText(static_cast<ledger::RefusalCode>(code)) << "\"} "
            << refused.at(code) << '\n';
    }
}

void ofCommits(std::ostringstream& out, ledger::Ledger& ledger) {
    const auto commits = ledger.commits();
    head(out, "kartei_commits_total", "counter", "Batches that were written and synced.");
    out << "kartei_commits_total " << commits.batches << '\n';
    head(out, "kartei_committed_calls_total", "counter", "Calls whose events were in them: several share a sync.");
    out << "kartei_committed_calls_total " << commits.units << '\n';
    head(out, "kartei_commit_seconds", "histogram", "What writing and syncing a batch took.");
    histogram(out, "kartei_commit_seconds", "", ledger.commitTimes());
    head(out, "kartei_fsync_seconds", "histogram", "What syncing the write-ahead log took.");
    histogram(out, "kartei_fsync_seconds", "", ledger.directory().syncTimes());
}

}  // namespace

void Metrics::answered(const Account& account, unsigned status, std::chrono::nanoseconds took) {
    const std::lock_guard<std::mutex> guard(mutex_);
    ++requests_[{account.route, status}];
    durations_[account.route].add(took);
    if (status >= firstRefusal) ++refusals_[account.code];
}

void Metrics::streamOpened() {
    const std::lock_guard<std::mutex> guard(mutex_);
    ++streams_;
}
void Metrics::streamClosed() {
    const std::lock_guard<std::mutex> guard(mutex_);
    --streams_;
}
void Metrics::connected() {
    const std::lock_guard<std::mutex> guard(mutex_);
    ++connections_;
}
void Metrics::disconnected() {
    const std::lock_guard<std::mutex> guard(mutex_);
    --connections_;
}

std::string Metrics::text(ledger::Ledger& ledger) const {
    std::ostringstream out;
    {
        const std::lock_guard<std::mutex> guard(mutex_);
        head(out, "kartei_requests_total", "counter", "Requests by route and status.");
        for (const auto& [key, count] : requests_)
            out << "kartei_requests_total{route=\"" << key.first << "\",status=\"" << key.second << "\"} " << count
                << '\n';
        head(out, "kartei_refusals_total", "counter", "Requests that were refused, by code.");
        for (const auto& [code, count] : refusals_)
            out << "kartei_refusals_total{code=\"" << code << "\"} " << count << '\n';
        head(out, "kartei_request_seconds", "histogram", "How long answers took, by route.");
        for (const auto& [route, times] : durations_)
            histogram(out, "kartei_request_seconds", "route=\"" + route + "\"", times);
        head(out, "kartei_open_streams", "gauge", "Live readers.");
        out << "kartei_open_streams " << streams_ << '\n';
        head(out, "kartei_connections", "gauge", "Open connections.");
        out << "kartei_connections " << connections_ << '\n';
    }
    ofBusinesses(out, ledger);
    ofCommits(out, ledger);
    ofRocksDb(out, ledger);
    return out.str();
}

}  // namespace kartei::tools::service
