#include "tools/kartei/render/lists.hpp"

#include "tools/kartei/render/values.hpp"

namespace kartei::tools::render {

namespace {

Row customerRow(View customer) {
    return {customer["customer"].text(), Cell(customer["name"].text(), Tone::strong), customer["email"].text(),
            customer["phone"].text(),
            customer["joined"].yes() ? Cell(counted(customer["records"].size(), "record"), Tone::good)
                                     : Cell("single", Tone::faint)};
}

Row importRow(View run) {
    const bool running = run["status"].text() == "running";
    const auto expected = run["expected"].text();
    return {run["run"].text(),
            run["source"].text(),
            localTime(run["startedAt"]),
            Cell(run["status"].text(), running ? Tone::warning : Tone::good),
            expected == "0" ? "" : expected,
            run["imported"].text(),
            run["unchanged"].text(),
            Cell(run["refused"].text(), run["refused"].text() == "0" ? Tone::plain : Tone::bad),
            run["declaredBy"].text()};
}

Row protocolRow(View entry) {
    std::string what = entry["text"].text();
    Tone tone = Tone::plain;
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

}  // namespace

ListLayout customerList(std::string whenEmpty) {
    return {{name("CUSTOMER"), left("NAME"), text("E-MAIL"), text("PHONE"), left("JOINED")},
            customerRow,
            std::move(whenEmpty)};
}

ListLayout importList() {
    return {{name("RUN"), left("SOURCE"), name("STARTED"), left("STATUS"), right("EXPECTED"), right("IMPORTED"),
             right("UNCHANGED"), right("REFUSED"), left("DECLARED BY")},
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

}  // namespace kartei::tools::render
