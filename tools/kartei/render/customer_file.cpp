#include "tools/kartei/render/customer_file.hpp"

#include "tools/kartei/render/values.hpp"

namespace kartei::tools::render {

namespace {

Tone toneOfStatus(const std::string& status) {
    if (status == "active") return Tone::good;
    return status == "retired" ? Tone::faint : Tone::warning;
}

void records(View records, Screen& screen) {
    heading(screen, "Records");
    Table table(screen, {name("RECORD"), left("ORIGIN"), left("STATUS")}, tableIndent);
    records.each([&](View record) {
        const auto status = record["status"].text();
        table.add({record["record"].text(), words(record["origin"].text()), Cell(status, toneOfStatus(status))});
    });
    table.finish();
}

// The values of other records that stand beside the one shown: "old@example.com (comcash/4711)".
std::string otherValues(View others) {
    std::string text;
    others.each([&](View other) {
        if (!text.empty()) text += ", ";
        text += other["value"].text() + " (" + other["record"].text() + ")";
    });
    return text;
}

void attributes(View attributes, Screen& screen) {
    std::vector<Row> rows;
    bool anyOthers = false;
    attributes.eachMember([&](const std::string& field, View value) {
        const auto others = otherValues(value["others"]);
        anyOthers = anyOthers || !others.empty();
        rows.push_back({words(field), Cell(value["value"].text(), Tone::strong), value["record"].text(),
                        Cell(others, Tone::faint)});
    });
    if (rows.empty()) return;
    heading(screen, "Details");
    std::vector<Column> columns{left("FIELD"), text("VALUE"), name("FROM")};
    if (anyOthers) columns.push_back(text("OTHERS SAY"));
    Table table(screen, std::move(columns), tableIndent);
    for (auto& row : rows) table.add(std::move(row));
    table.finish();
}

void notifications(View notifications, Screen& screen) {
    std::string text;
    notifications.eachMember([&](const std::string& channel, View on) {
        if (!text.empty()) text += ", ";
        text += words(channel) + " " + (on.yes() ? "on" : "off");
    });
    if (text.empty()) return;
    heading(screen, "Notifications");
    line(screen, text, Tone::plain, tableIndent);
}

void accounts(View accounts, Screen& screen) {
    if (accounts.size() == 0) return;
    heading(screen, "Online accounts");
    Table table(screen, {name("ACCOUNT"), name("RECORD")}, tableIndent);
    accounts.each([&](View account) {
        table.add({account["source"].text() + "/" + account["username"].text(), account["record"].text()});
    });
    table.finish();
}

std::string titleOf(View paper) {
    return paper["title"].text() + (paper["status"].text() == "ended" ? " (ended)" : "");
}

// Correspondence and contracts: whatever members they have, the first ones that make sense.
void papers(View papers, std::string_view title, Screen& screen) {
    if (papers.size() == 0) return;
    heading(screen, title);
    Table table(screen, {right("POSITION"), name("ENTRY"), text("TITLE"), name("RECORD")}, tableIndent);
    papers.each([&](View paper) {
        const auto entry = paper["entry"] ? paper["entry"] : paper["contract"];
        table.add({paper["position"].text(), entry.text(), titleOf(paper), paper["record"].text()});
    });
    table.finish();
}

// Names of the wire, one after the other: "postal code, email".
std::string wordList(View names) {
    std::string list;
    names.each([&](View one) { list.append(list.empty() ? "" : ", ").append(words(one.text())); });
    return list;
}

void joins(View joins, Screen& screen) {
    if (joins.size() == 0) return;
    heading(screen, "Joins");
    Table table(screen, {right("POSITION"), text("JOIN"), left("TAKEN"), left("BY"), text("COMMENT")}, tableIndent);
    joins.each([&](View join) {
        const auto comment =
            join["automatic"].yes() ? "automatic: " + words(join["reason"].text()) : join["comment"].text();
        table.add({join["position"].text(), joinText(join), wordList(join["take"]), join["actor"].text(), comment});
    });
    table.finish();
}

void pendingChanges(View changes, Screen& screen) {
    if (changes.size() == 0) return;
    heading(screen, "Pending changes");
    Table table(screen, {right("POSITION"), name("RECORD"), left("FIELD"), text("NEW VALUE")}, tableIndent);
    changes.each([&](View change) {
        const Cell value = change["value"] ? Cell(change["value"].text()) : Cell("(cleared)", Tone::faint);
        table.add({change["position"].text(), change["record"].text(), words(change["field"].text()), value});
    });
    table.finish();
}

Tone toneOfVisit(const std::string& status) {
    if (status == "checkedOut") return Tone::good;
    if (status == "missed") return Tone::bad;
    return status == "cancelled" ? Tone::faint : Tone::plain;
}

// The service that was booked; of a visit that only the till knows, what was rung up, or at least the receipt.
std::string whatWasDone(View visit) {
    if (visit["service"]) return visit["service"].text();
    std::string items;
    visit["items"].each([&](View item) { items.append(items.empty() ? "" : ", ").append(item["name"].text()); });
    return items.empty() && visit["receipt"] ? "receipt " + visit["receipt"].text() : items;
}

// Whether a visit is another record's than the one that the heading names; the heading of an account names none.
bool hasOthersVisits(View history) {
    const auto visits = history["visits"];
    const auto one = history["customer"] ? history["customer"].text() : visits.item(0)["record"].text();
    bool others = false;
    visits.each([&](View visit) { others = others || visit["record"].text() != one; });
    return others;
}

Tone toneOfConsent(View consent) {
    const auto state = consent["state"].text();
    if (consent["expired"].yes()) return Tone::faint;
    if (state == "granted" || state == "confirmed") return Tone::good;
    return state == "refused" || state == "withdrawn" ? Tone::bad : Tone::warning;
}

void mayContact(View answer, Screen& screen) {
    const bool yes = answer["mayContact"].yes();
    std::string question = words(answer["purpose"].text()) + " by " + answer["channel"].text();
    if (answer["address"]) question += " to " + answer["address"].text();
    line(screen, std::string(yes ? "Yes" : "No") + ": " + question, yes ? Tone::good : Tone::bad);
    std::string why = words(answer["state"].text());
    if (answer["reason"]) why += ": " + answer["reason"].text();
    if (answer["decidedBy"]) why += " (decided by position " + answer["decidedBy"].text() + ")";
    line(screen, why);
}

}  // namespace

std::string whoIs(View file) {
    const auto person = personName(file);
    const auto customer = file["customer"].text();
    return person.empty() ? customer : person + " (" + customer + ")";
}

void consentTable(View consents, Screen& screen) {
    if (consents.size() == 0) return;
    heading(screen, "Consents");
    std::vector<Column> columns{right("POSITION"), name("PURPOSE"), name("CHANNEL"),
                                text("ADDRESS"),   text("STATE"),   name("RECORD")};
    // A customer file tells what holds, the list of consents also since when.
    if (consents.item(0)["time"]) columns.push_back(text("TIME"));
    Table table(screen, std::move(columns), tableIndent);
    consents.each([&](View consent) {
        const auto state = words(consent["state"].text()) + (consent["expired"].yes() ? " (expired)" : "");
        table.add({consent["position"].text(), words(consent["purpose"].text()), consent["channel"].text(),
                   consent["address"].text(), Cell(state, toneOfConsent(consent)), consent["record"].text(),
                   localTime(consent["time"])});
    });
    table.finish();
}

void customerFile(View file, Screen& screen) {
    line(screen, whoIs(file), Tone::strong);
    line(screen, "as of position " + file["position"].text(), Tone::faint);
    records(file["records"], screen);
    attributes(file["attributes"], screen);
    notifications(file["notifications"], screen);
    consentTable(file["consents"], screen);
    accounts(file["accounts"], screen);
    papers(file["correspondence"], "Correspondence", screen);
    papers(file["contracts"], "Contracts", screen);
    joins(file["joins"], screen);
    pendingChanges(file["pendingChanges"], screen);
}

void history(View history, Screen& screen) {
    const auto visits = history["visits"];
    const auto whose = history["account"] ? history["account"] : history["customer"];
    line(screen, "Visits of " + whose.text(), Tone::strong);
    if (visits.size() == 0) return line(screen, "none");
    const bool tellsRecords = hasOthersVisits(history);
    std::vector<Column> columns{name("START"), text("SERVICE"), left("STAFF"), name("STATUS"), right("TOTAL")};
    if (tellsRecords) columns.push_back(name("RECORD"));
    Table table(screen, std::move(columns));
    visits.each([&](View visit) {
        const auto status = visit["status"].text();
        const auto via = status == "booked" && visit["bookedVia"].text() == "online" ? " online" : "";
        table.add({localTime(visit["startsAt"]), whatWasDone(visit), visit["staff"].text(),
                   Cell(words(status) + via, toneOfVisit(status)), moneyText(visit["total"]),
                   tellsRecords ? visit["record"].text() : std::string()});
    });
    table.finish();
}

void consents(View answer, Screen& screen) {
    if (answer["mayContact"]) return mayContact(answer, screen);
    line(screen, answer["customer"].text(), Tone::strong);
    if (answer["consents"].size() == 0) line(screen, "no consent has been stated");
    consentTable(answer["consents"], screen);
}

}  // namespace kartei::tools::render
