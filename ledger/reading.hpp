#pragma once
// The log of one business as it stands at a position, read by what one wants to know.
//
// A Reading is a value: cheap to make, good as long as the business is open. It sees entries up to its position and
// nothing later, so every answer from one Reading fits the others. Nothing here decides or changes anything.
//
// Threads: each Reading belongs to one thread; any number may read at once, without a lock. (The one that the
// ledger makes for a decision also sees entries that are decided but not on the disk yet; it is used by the writer.)

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "events/codec.hpp"
#include "ledger/customer.hpp"

namespace kartei::ledger {

using SharedEvent = std::shared_ptr<const events::Event>;

// What a list of positions is about. The letters are part of the stored tokens.
enum class Stream : char {
    file = 'F',      // a record: who it is, its consents, joins and papers
    visits = 'V',    // a record: appointments and receipts
    messages = 'M',  // a record: messages, notes, exports
    appointment = 'A',
    checkouts = 'K',  // an appointment: its checkouts and their reversals alone, mostly none
    receipt = 'C',
    message = 'S',
    contract = 'P',
    assigned = 'G',  // a thing: the undos that assigned it; with an empty name, all that assigned any (things.hpp)
    fact = 'T',      // a fact by itself, as a thing that may be assigned; there is no list of it
    account = 'U',   // source/username
    email = 'E',     // an e-mail address in its normal form
    business = 'B',  // what concerns the business as a whole; the name is empty
    run = 'I',       // an import run
    distinct = 'D',  // marks as different people, and undos, which leave one; the name is empty
};

// The streams that are lists of one record's.
inline constexpr std::array recordStreams = {Stream::file, Stream::visits, Stream::messages};
constexpr bool isOfRecord(Stream stream) {
    return stream == Stream::file || stream == Stream::visits || stream == Stream::messages;
}

// A log that can be read: its entries, and which of them belong to a stream.
class LogSource {
public:
    virtual ~LogSource() = default;
    // The entry at a position that the log has. Throws Failure where it is damaged.
    [[nodiscard]] virtual SharedEvent entry(Position position) const = 0;
    // Positions in the stream up to `upTo`, ascending, each once.
    [[nodiscard]] virtual std::vector<Position> stream(Stream stream, std::string_view name, Position upTo) const = 0;
    // Whether any undo may have assigned anything; no spares looking for it with each fact.
    [[nodiscard]] virtual bool hasAssignments() const { return true; }
};

class Reading {
public:
    Reading(const LogSource& log, Position upTo) : log_(&log), upTo_(upTo) {}

    [[nodiscard]] Position upTo() const { return upTo_; }
    // The same log at an earlier position.
    [[nodiscard]] Reading at(Position position) const;

    [[nodiscard]] std::vector<Position> positions(Stream stream, std::string_view name) const;
    [[nodiscard]] std::vector<SharedEvent> events(Stream stream, std::string_view name) const;
    // The event, which must be in the log up to here.
    [[nodiscard]] SharedEvent event(Position position) const { return log_->entry(position); }

    [[nodiscard]] bool hasAssignments() const { return log_->hasAssignments(); }

    // A record's own facts; of a record that does not exist, empty ones.
    [[nodiscard]] Record record(const RecordName& name) const;
    // The customer that the record belongs to.
    [[nodiscard]] Customer customer(const RecordName& name) const;

    // Customers of whose records any ever said that this is its e-mail address, given in its normal form; each once.
    [[nodiscard]] std::vector<Customer> customersThatSaid(const std::string& normalEmail) const;

    // The record's events in a stream of its, in order: the facts that it holds (things.hpp), with it as their subject.
    // Decisions that concern it come as they are; of another record's statement that covers it, only the refusal
    // (`refusalAlone`).
    [[nodiscard]] std::vector<SharedEvent> ownEvents(const RecordName& name, Stream stream) const;

    // Everything in the log that concerns the customer, in order, each event once, as whoever reads about the customer
    // may see it: nothing that was said of a record that is not the customer's, even where it was once. Whoever shows
    // a customer's events asks here, and never for the entries as they are (`event`).
    [[nodiscard]] std::vector<SharedEvent> eventsOf(const Customer& customer) const;
    [[nodiscard]] std::vector<SharedEvent> eventsOf(const Customer& customer, Stream stream) const;

    // The last event of any of the customer's records.
    [[nodiscard]] Position lastPosition(const Customer& customer) const;

private:
    [[nodiscard]] std::vector<SharedEvent> newsOf(const std::vector<SharedEvent>& messages) const;

    const LogSource* log_;
    Position upTo_;
};

// In which of a record's streams a fact is kept.
Stream homeOf(const events::Body& data);

// Whether a statement is a refusal or withdrawal, or a switch set to no: it covers every record that is joined with
// its own at that moment (DESIGN §5).
bool isRefusal(const events::Body& data);

// What other records that a refusal covers may know of it: that something was refused, for which purpose and channel,
// when, and for which record. No address, no proof, and nothing else that was said along with it.
events::Event refusalAlone(const events::Event& refusal);

}  // namespace kartei::ledger
