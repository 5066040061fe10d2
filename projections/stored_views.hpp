#pragma once
// The stored projection: every customer's file, ready to be listed and searched.
//
// How it works: rows are computed by the fold of customer_file.hpp and nothing else. `catchUp` folds each customer
// that the events since the last time concern, once, and commits the rows together with the position up to which they
// are complete, their count and their digest. So a crash leaves rows and position that fit each other.
//
// A rebuild makes a new generation of rows beside the one that serves, from the log alone, compares the two, and
// switches over in one write.
//
// Rows are sealed (sealed_rows.hpp). The digest is the sum of a keyed hash of every row, so a row can be taken out of
// it again without the others (an erasure needs that), and rows written in any order give the same. The rows for words
// are not in it: a leading row names its tokens, and they must be those, each once (word_rows.hpp).
//
// Where the data directory is not held, all of this works on a copy of the rows that are on its disk, so that looking
// at them means to catch up from there; nothing can be switched over then.
//
// Rows, in column family "views", after be32 business:
//     'g'                                  → be32 generation that serves
//     be32 generation, 'p'                 → be64 position, be64 rows, 32 bytes digest
//     be32 generation, 'r', record         → the customer's file; or the name of the record that leads and has it
//     be32 generation, 't', token, record  → nothing: the leading record's file has a word with this token
//
// The keys of rows for words could be tested for what somebody was called. So an erasure takes these out before the
// files are written anew (forgetInViews), and what an interrupted rebuild has left along with them. Where it was cut
// short, all rows of the business are dropped when the directory is opened next (DataDirectory::purgeAll).
//
// Reads bring the rows up first, and show them as they were complete at one moment. While a rebuild is at work the old
// rows serve and are brought up. A generation is dropped when another one serves, and never serves again.
//
// Threads: any. Of one business, those that bring rows up take turns, and so do those that build or erase.

#include <functional>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/ledger.hpp"
#include "projections/sealed_rows.hpp"
#include "projections/word_rows.hpp"

namespace kartei::projections {

// What a generation of rows amounts to.
struct ViewState {
    events::Position position;  // up to which it is complete
    std::uint64_t rows = 0;
    Digest digest{};
    bool operator==(const ViewState&) const = default;
};

// What the rows themselves amount to, one by one.
struct CountedRows {
    ViewState state;
    std::uint64_t customers = 0;
    bool wordsFit = false;  // the rows for words are those that the leading rows name
};

enum class Switching { keepOld, useNew };
struct RebuildResult {
    ViewState stored;     // as the checkpoint of the serving rows says
    CountedRows counted;  // the serving rows
    ViewState rebuilt;    // from the log alone
    [[nodiscard]] bool matches() const {
        return stored == counted.state && counted.state == rebuilt && counted.wordsFit;
    }
};

class StoredViews {
public:
    explicit StoredViews(ledger::Business& business);

    // Brings the rows up to the last event on the disk. Asked to stop, it returns before that; what is done by then is
    // kept, or made anew by the next one.
    void catchUp(const std::stop_token& stop = {});

    // Takes a file under the name of its leading record; false to stop.
    using FileSink = std::function<bool(std::string_view lead, std::string_view file)>;
    // Every customer's file, by the name of its leading record; those behind `after`, where it is said. Who is erased
    // at that moment is shown as erased, in the place where the customer was.
    void each(const FileSink& take, const std::optional<events::RecordName>& after = std::nullopt);
    // The names of records that rows are kept of, in order: the next ones behind `after`, at most so many.
    [[nodiscard]] std::vector<events::RecordName> records(const std::optional<events::RecordName>& after,
                                                          std::size_t atMost);
    // The same of those that lead, and whose files may fit the query: a word in them begins as its longest does.
    [[nodiscard]] std::vector<events::RecordName> candidates(const std::vector<std::string>& query,
                                                             const std::optional<events::RecordName>& after,
                                                             std::size_t atMost);
    // The stored file of the customer that the record belongs to.
    [[nodiscard]] std::optional<std::string> file(const events::RecordName& record) const;

    // Makes all rows anew from the log and compares them with the stored ones.
    using Progress = std::function<void(std::uint64_t done, std::uint64_t all)>;
    RebuildResult rebuild(Switching switching, const Progress& progress);

    // Brings the rows up to an erasure, by whom Projecting::building is held. Drops them where that is more work than
    // to make them anew, and where they are damaged.
    void forgetErased();

    [[nodiscard]] ViewState state() const { return stateOf(generation()); }

private:
    class Writer;
    [[nodiscard]] std::uint32_t generation() const;
    [[nodiscard]] ViewState stateOf(std::uint32_t generation) const;
    // Rows of the generation that serves, complete, as of one moment. While they are there, files stay that an erasure
    // wants gone: not for long.
    struct Served {
        std::uint32_t generation = 0;
        std::unique_ptr<rocksdb::Iterator> rows;
    };
    [[nodiscard]] Served served();
    // The names that keys of one kind of rows end with; `before`: what stands between the two.
    [[nodiscard]] std::vector<events::RecordName> names(char kind, std::string_view before,
                                                        const std::optional<events::RecordName>& after,
                                                        std::size_t atMost);
    // The same, to be counted.
    struct Counting {
        std::uint32_t generation = 0;
        ViewState state;
        std::unique_ptr<rocksdb::Iterator> rows;
        std::unique_ptr<rocksdb::Iterator> words;
    };
    [[nodiscard]] Counting beginCounting() const;
    [[nodiscard]] CountedRows count(Counting counting) const;
    [[nodiscard]] CountedRows countedOrGivenUp(Counting counting, Switching switching) const;
    void countWords(const Counting& counting, WordRows& words) const;
    // Whether it is less work to build all rows anew than to bring them up.
    [[nodiscard]] bool isFarBehind() const;
    void bringUp(std::uint32_t generation, const std::stop_token& stop);
    [[nodiscard]] std::string key(std::uint32_t generation, char kind, std::string_view rest = {}) const;
    [[nodiscard]] std::optional<std::string> row(std::uint32_t generation, std::string_view record) const;
    [[nodiscard]] std::string fileNow(const events::RecordName& record) const;
    [[nodiscard]] std::set<events::RecordName> concerned(events::Position from, events::Position to,
                                                         const std::stop_token& stop) const;
    // Incomplete where it was asked to stop.
    void build(std::uint32_t generation, events::Position upTo, const Progress& progress,
               const std::stop_token& stop = {});
    void serve(std::uint32_t generation);
    void drop(std::uint32_t generation);
    void dropOthers(std::uint32_t generation);
    void dropRange(const std::string& from, const std::string& to);

    ledger::Business& business_;
    rocksdb::DB& database_;
    rocksdb::ColumnFamilyHandle* family_;
    SealedRows sealing_;
};

// What a ledger is opened with whose views are stored (ledger::Business::ForgetInViews).
void forgetInViews(ledger::Business& business);

}  // namespace kartei::projections
