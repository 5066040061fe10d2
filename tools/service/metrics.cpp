#include "tools/service/metrics.hpp"

#include <sstream>

#include "projections/stored_views.hpp"

namespace kartei::tools::service {

namespace {

constexpr unsigned firstRefusal = 400;

void head(std::ostringstream& out, const char* name, const char* type, const char* help) {
    out << "# HELP " << name << ' ' << help << "\n# TYPE " << name << ' ' << type << '\n';
}

void histogram(std::ostringstream& out, const std::string& name, const std::string& label, const Histogram& from) {
    const std::string comma = label.empty() ? "" : ",";
    std::uint64_t below = 0;
    for (std::size_t at = 0; at < Histogram::bounds.size(); ++at) {
        below += from.counts[at];
        out << name << "_bucket{" << label << comma << "le=\"" << Histogram::bounds[at] << "\"} " << below << '\n';
    }
    below += from.counts.back();
    out << name << "_bucket{" << label << comma << "le=\"+Inf\"} " << below << '\n';
    out << name << "_sum{" << label << "} " << from.sum << '\n' << name << "_count{" << label << "} " << below << '\n';
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

void ofLedger(std::ostringstream& out, ledger::Ledger& ledger) {
    std::uint64_t events = 0;
    std::uint64_t lag = 0;
    for (const auto& name : ledger.directory().businesses()) {
        auto& business = *ledger.find(name);
        const auto last = business.head().value();
        const auto shown = projections::StoredViews(business).state().position.value();
        events += last;
        lag += last > shown ? last - shown : 0;
    }
    head(out, "kartei_events", "gauge", "Events in all logs.");
    out << "kartei_events " << events << '\n';
    head(out, "kartei_projection_lag_events", "gauge", "Events that the stored customer files do not tell of yet.");
    out << "kartei_projection_lag_events " << lag << '\n';
    const auto commits = ledger.commits();
    head(out, "kartei_commits_total", "counter", "Batches that were written and synced.");
    out << "kartei_commits_total " << commits.batches << '\n';
    head(out, "kartei_committed_calls_total", "counter", "Calls whose events were in them: several share a sync.");
    out << "kartei_committed_calls_total " << commits.units << '\n';
    head(out, "kartei_commit_seconds_total", "counter", "What writing and syncing them took.");
    out << "kartei_commit_seconds_total " << commits.seconds << '\n';
}

}  // namespace

void Histogram::add(double seconds) {
    std::size_t at = 0;
    while (at < bounds.size() && seconds > bounds[at]) ++at;
    ++counts[at];
    sum += seconds;
}

void Metrics::answered(const Account& account, unsigned status, std::chrono::nanoseconds took) {
    const std::lock_guard<std::mutex> guard(mutex_);
    ++requests_[{account.route, status}];
    durations_[account.route].add(std::chrono::duration<double>(took).count());
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
    ofLedger(out, ledger);
    ofRocksDb(out, ledger);
    return out.str();
}

}  // namespace kartei::tools::service
