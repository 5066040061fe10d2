#include "tools/kartei/render/lists.hpp"

#include <algorithm>

#include "tools/kartei/render/values.hpp"

namespace kartei::tools::render {

namespace {

Row customerRow(View customer) {
    return {customer["customer"].text(), Cell(customer["name"].text(), Tone::strong), customer["email"].text(),
            customer["phone"].text(),
            customer["joined"].yes() ? Cell(counted(customer["records"].size(), "record"), Tone::good)
                                     : Cell("single", Tone::faint)};
}

// How far a run is: "done", or "30 %" while it goes on.
Cell stateOfRun(View run) {
    if (run["status"].text() != "running") return {"done", Tone::good};
    const auto expected = run["expected"].number().value_or(0);
    if (expected <= 0) return {"running", Tone::warning};
    std::int64_t done = 0;
    for (const auto* count : {"imported", "unchanged", "refused"}) done += run[count].number().value_or(0);
    return {std::to_string(std::min<std::int64_t>(done, expected) * 100 / expected) + " %", Tone::warning};
}

Row importRow(View run) {
    const auto refused = run["refused"].text();
    return {run["run"].text(),
            run["source"].text(),
            localTime(run["startedAt"]),
            stateOfRun(run),
            run["imported"].text(),
            run["unchanged"].text(),
            Cell(refused, refused == "0" ? Tone::plain : Tone::bad)};
}

Row protocolRow(View entry) {
    std::string what = entry["text"].text();
    Tone tone = Tone::plain;
    if (entry["startsAt"]) what += " (starts " + localTime(entry["startsAt"]) + ")";
    if (entry["held"].yes()) {
        what += " (held: what it belongs to is not there yet)";
        tone = Tone::faint;
    }
    if (entry["withoutConsent"].yes()) {
        what += " (WITHOUT CONSENT)";
        tone = Tone::bad;
    }
    return {entry["position"].text(), localTime(entry["recordedtime"]), Cell(what, tone), entry["record"].text(),
            entry["actor"].text()};
}

Row pendingRow(View change) {
    return {change["position"].text(), change["record"].text(), words(change["field"].text()),
            change["value"] ? Cell(change["value"].text(), Tone::strong) : Cell("(cleared)", Tone::faint),
            change["current"].text()};
}

Row tokenRow(View token) {
    return {Cell(token["name"].text(), Tone::strong), token["role"].text(), token["source"].text(),
            localTime(token["made"])};
}

}  // namespace

ListLayout customerList(std::string whenEmpty) {
    return {{name("CUSTOMER"), text("NAME"), text("E-MAIL"), text("PHONE"), left("JOINED")},
            customerRow,
            std::move(whenEmpty)};
}

ListLayout importList() {
    return {{name("RUN"), left("SOURCE"), name("STARTED"), name("STATUS"), right("IMPORTED"), right("UNCHANGED"),
             right("REFUSED")},
            importRow,
            "no imports"};
}

ListLayout protocolList() {
    return {{right("POSITION"), name("RECORDED"), text("WHAT HAPPENED"), name("RECORD"), left("BY")},
            protocolRow,
            "nothing has happened"};
}

ListLayout pendingList() {
    return {{right("POSITION"), name("RECORD"), left("FIELD"), text("NEW VALUE"), text("SHOWN NOW")},
            pendingRow,
            "no pending changes"};
}

ListLayout tokenList() { return {{name("NAME"), left("ROLE"), left("SOURCE"), name("MADE")}, tokenRow, "no tokens"}; }

}  // namespace kartei::tools::render
