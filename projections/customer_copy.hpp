#pragma once
// What a person gets who asks what is known of them (DSGVO Art. 15, 20), as files of an archive. Their own data as the
// joins in force now give it: of somebody whom they were joined with once and are no more, there is nothing in it.

#include <string>
#include <string_view>

#include "ledger/reading.hpp"

namespace kartei::projections {

struct CustomerCopy {
    std::string json;
    std::string vcard;
    std::string calendar;
};

// `at`: when the copy is made, which is when consents have expired or not. The JSON, indented for people:
//
//     {"customer","business","made","position",
//      "records":[{"record","origin","status","since":{"position","time","recordedtime"}}],
//      "attributes","notifications","correspondence","contracts","pendingChanges"   as the customer file has them
//      "consents":[…]     every statement with its proof, `inForce` or not, `expired` or not
//      "accounts":[{"source","username","record",…}]            never with what the password is kept as
//      "visits":[…]       as the history has them, and the booking's `note`
//      "messages":[{"message","record","channel","purpose","template","address",…,"status":[…]}]
//      "notes":[{"entry","record","title","text",…}]
//      "exports":[{"record","what",…}]                          made before this one
//      "joins":[…]        those in force, without the comment, and without who made them
//      "events":[…]}      all that was reported, as CloudEvents: earlier values too
//
// Whatever has a `position` has also the `time` at which that happened and the `recordedtime` at which it was recorded.
CustomerCopy copyOf(const ledger::Reading& reading, const ledger::Customer& customer, std::string_view business,
                    events::Time at);

}  // namespace kartei::projections
