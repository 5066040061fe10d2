#pragma once
// What one can ask of a Kartei, whichever way it is reached: the seam between the command line (and whatever else
// talks to people) and the ledger. EmbeddedOperations opens a data directory; a client over HTTP is another one.
//
// Every answer is the JSON body of DESIGN §9, so that `--json` prints it as it is and tables are drawn from it.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "adapters/import_input.hpp"
#include "events/event_types.hpp"
#include "events/names.hpp"
#include "events/result.hpp"
#include "events/time.hpp"

namespace kartei::tools {

// Why there is no answer. The kinds are the process's exit codes (DESIGN §9).
struct Failure {
    enum class Kind { refused = 1, badInput = 2, storage = 3 };
    Kind kind{};
    std::string code;    // `already_joined`; for bad input and storage such as `unknown_business`, `damaged`
    std::string detail;  // one sentence for a person; never personal data
    std::vector<events::Position> joins;  // those that a refusal names: already_joined, dependent_joins
};

inline Failure badInput(std::string detail) { return {Failure::Kind::badInput, "bad_input", std::move(detail), {}}; }

using Answer = Result<std::string, Failure>;
using Done = Result<std::monostate, Failure>;

// Takes a list, one JSON object at a time. False: enough.
class LineSink {
public:
    using Take = std::function<bool(std::string_view object)>;
    // Is told of every item that was looked at, whether it is shown or left out, by what a list would begin behind to
    // go on from there. So whoever wants an answer in time can end a list that has found nothing for long.
    using LookedAt = std::function<bool(std::string_view key)>;

    template <class Taking>
    requires std::is_invocable_r_v<bool, Taking, std::string_view> LineSink(
        Taking take, LookedAt lookedAt = {})  // NOLINT(google-explicit-constructor): mostly a lambda
        : take_(std::move(take)), lookedAt_(std::move(lookedAt)) {}

    bool operator()(std::string_view object) const { return take_(object); }
    [[nodiscard]] bool lookedAt(std::string_view key) const { return !lookedAt_ || lookedAt_(key); }

private:
    Take take_;
    LookedAt lookedAt_;
};

// The state that a read is about: now, the log up to a position, or up to the last event recorded by a time.
using AsOf = std::variant<std::monostate, events::Position, events::Time>;

enum class Mode { commit, dryRun };

struct ImportRequest {
    std::string adapter;  // csv, comcash, dsfinvk, vcard
    adapters::ImportInput input;
    std::optional<events::SourceName> source;  // default: the adapter's own
    std::string declaredBy;
    std::string declaration;
    std::optional<std::string> mapping;  // TOML; nothing for the adapter's own
};
struct ImportProgress {
    std::string run;
    std::uint64_t done = 0, expected = 0, imported = 0, unchanged = 0, refused = 0;
    double perSecond = 0;
};
enum class GoOn { yes, no };
// Is told how far an import is: once when it has started, and behind each piece that it has stored. It may end it
// there: the same import again goes on with it.
using ImportWatcher = std::function<GoOn(const ImportProgress&)>;

struct CustomersRequest {
    enum class Joined { either, joined, single };
    std::optional<std::string> origin;  // import, onlineRegistration, staff
    Joined joined = Joined::either;
    std::optional<events::RecordName> after;  // those that come behind it; nothing: from the first
};
struct PendingRequest {
    std::optional<events::RecordName> record = std::nullopt;  // of one customer; nothing: of all
    std::optional<events::RecordName> after = std::nullopt;   // of those, customers that come behind it
};
struct SearchRequest {
    std::string text;
    std::optional<events::RecordName> after = std::nullopt;  // customers that come behind it; nothing: from the first
};
struct ConsentQuery {
    events::Purpose purpose{};
    events::Channel channel{};
    std::optional<std::string> address;
};
struct LinkRequest {
    events::RecordName a, b;
    std::string comment;
    Mode mode = Mode::commit;
};
enum class MailCredentials { no, yes };
struct MergeRequest {
    events::RecordName from, into;
    std::vector<events::Field> take;
    std::string comment;
    MailCredentials mailCredentials = MailCredentials::no;
    Mode mode = Mode::commit;
};
enum class Dependents { refuse, undoToo };
enum class Rejoining { markDistinct, rejoinable };
struct UndoRequest {
    events::Position join;
    std::string reason;
    std::vector<std::pair<events::Position, events::RecordName>> assign;
    Dependents dependents = Dependents::refuse;
    Rejoining rejoining = Rejoining::markDistinct;
    Mode mode = Mode::commit;
};
enum class JoinedRecords { refuse, leaveAsTheyAre };
struct EraseRequest {
    std::vector<events::RecordName> records;
    std::string reason;
    JoinedRecords joined = JoinedRecords::refuse;
};
struct BackupRequest {
    std::string directory;              // empty: the one that a server was told
    std::optional<std::uint32_t> keep;  // nothing: all
};
struct RestoreRequest {
    std::string directory;                // of backups
    std::optional<std::uint32_t> number;  // nothing: the newest
};
struct EraseReceiptsRequest {
    std::uint16_t year = 0;
    std::string reason;
};
enum class ExportKind { copy, evidence };
struct ExportRequest {
    events::RecordName record;
    ExportKind kind = ExportKind::copy;
};
enum class EventFormat { json, capnp };
enum class DistinctMark { set, clear };
struct ProtocolRequest {
    std::optional<events::RecordName> customer;
    std::optional<events::Time> from, to;  // by recordedtime, both included
    std::optional<std::string> type;
    events::Position after;  // those behind it
};
struct ReplayRequest {
    std::optional<events::Position> from, to;  // both included
    std::optional<events::RecordName> customer;
};
enum class Rebuild { replace, verify };
struct TokenRequest {
    std::string name;
    std::string role;  // adapter, portal, desk, admin, auditor
    std::optional<events::SourceName> source;
};

// Puts an archive where it will last, or says why it cannot.
using ArchiveKeeper = std::function<std::optional<Failure>(std::string_view zip)>;

class Operations {
public:
    virtual ~Operations() = default;

    // `events`: CloudEvents, one JSON object a line, or Cap'n Proto messages (events/sent_binary.hpp). Answers
    // {"results":[…]} in their order. Bad input in any line or message stores nothing. The answer is there when what it
    // acknowledges is on disk.
    // `knownBefore` gets the number, from 1, of each event that had been recorded already.
    virtual Answer append(std::string_view events, EventFormat format,
                          const std::function<void(std::size_t number)>& knownBefore = {}) = 0;
    // Answers {"run","imported","unchanged","refused","leftOut","problems":[{"line","reason"}]}: left out are rows that
    // rightly yield nothing. A Failure `interrupted` where the watcher ended it.
    virtual Answer import(ImportRequest request, const ImportWatcher& watcher) = 0;
    virtual Done imports(const AsOf& asOf, const LineSink& sink) = 0;

    virtual Answer customer(const events::RecordName& record, const AsOf& asOf) = 0;
    virtual Done customers(const CustomersRequest& request, const AsOf& asOf, const LineSink& sink) = 0;
    virtual Answer history(const events::RecordName& record, const AsOf& asOf) = 0;
    virtual Answer account(const events::SourceName& source, std::string_view username, const AsOf& asOf) = 0;
    virtual Done search(const SearchRequest& request, const AsOf& asOf, const LineSink& sink) = 0;
    // What has expired is judged at the time that is asked for, or at which the position was recorded.
    virtual Answer consents(const events::RecordName& record, const std::optional<ConsentQuery>& query,
                            const AsOf& asOf) = 0;

    virtual Answer link(const LinkRequest& request) = 0;
    virtual Answer merge(const MergeRequest& request) = 0;
    virtual Answer undo(const UndoRequest& request) = 0;
    virtual Done pending(const PendingRequest& request, const AsOf& asOf, const LineSink& sink) = 0;
    virtual Answer resolve(const events::RecordName& record, const std::vector<events::Position>& take,
                           const std::vector<events::Position>& dismiss) = 0;
    virtual Answer distinct(const events::RecordName& a, const events::RecordName& b, DistinctMark mark) = 0;
    // {"a","b"}, each pair once.
    virtual Done distinctPairs(const AsOf& asOf, const LineSink& sink) = 0;
    // A link or merge as a customer file lists it, with "undoneAt" where it was.
    virtual Answer join(events::Position position, const AsOf& asOf) = 0;
    // Answers {"position"}, that of the last of the records; of some that were erased before, the one then.
    // "successors" are records of people who registered under the same name after an erasure, and are not erased
    // (ledger/succession.hpp).
    virtual Answer erase(const EraseRequest& request) = 0;
    virtual Answer eraseReceipts(const EraseReceiptsRequest& request) = 0;
    // Gives `keep` a copy for the customer, or evidence for an auditor, as a zip archive, and then records that it was
    // made. Answers {"position"}. Nobody may have the archive before that answer; without one it must be thrown away.
    virtual Answer exportData(const ExportRequest& request, const ArchiveKeeper& keep) = 0;
    virtual Answer policy(const AsOf& asOf) = 0;
    virtual Answer setPolicy(events::Rule rule, bool enabled) = 0;

    // {"name","role","source","made"}, by name.
    virtual Done tokens(const LineSink& sink) = 0;
    // Answers {"token"}, which nobody is told again. Makes the business where it is not there yet.
    virtual Answer makeToken(const TokenRequest& request) = 0;
    // Answers {"revoked":true}.
    virtual Answer revokeToken(const std::string& name) = 0;

    virtual Done protocol(const ProtocolRequest& request, const AsOf& asOf, const LineSink& sink) = 0;
    virtual Done replay(const ReplayRequest& request, const AsOf& asOf, const LineSink& sink) = 0;
    // Checks everything; `against` is a checkpoint from outside, or empty. A Failure of kind storage says what is
    // wrong. Where the data directory is only read, customer files that its holder has not written to its disk yet are
    // not compared; the answer has "customersStoredTo", the position up to which they are there. Of a backup that is
    // older than the anchor it has "detail", which says so.
    virtual Answer verify(const std::string& against,
                          const std::function<void(std::uint64_t done, std::uint64_t all)>& progress) = 0;
    // Answers {"position","receipt","key"}. Where the data directory is only read, `not_signed` behind the newest
    // signed checkpoint.
    virtual Answer receipt(events::Position position) = 0;
    // Answers {"entries","files","key"}.
    virtual Answer publish(const std::string& directory) = 0;
    // Answers {"key"}.
    virtual Answer logKey() = 0;
    // Answers {"incarnation","position","key"}.
    virtual Answer beginIncarnation() = 0;
    // Answers {"position","incarnation","key"}; where nothing may be added to the log, with {"code","detail"}.
    virtual Answer logStatus() = 0;
    // Answers {"number","bytes","kept"}.
    virtual Answer backup(const BackupRequest& request) = 0;
    // Puts all keys under a new master key. Answers {"keys","file","replaced"}, or {"unchanged":true} where they are
    // under it already. `newKeyFile`: where the new key stands or shall stand; empty for in the place of the one
    // before.
    virtual Answer rotateKey(const std::string& newKeyFile) = 0;
    virtual Answer rebuild(Rebuild what,
                           const std::function<void(std::uint64_t done, std::uint64_t all)>& progress) = 0;
};

}  // namespace kartei::tools
