#include "tools/kartei/render/previews.hpp"

#include <set>
#include <string>
#include <vector>

#include "tools/kartei/render/customer_file.hpp"
#include "tools/kartei/render/values.hpp"

namespace kartei::tools::render {

namespace {

constexpr std::string_view nothingChanged = "This is a preview. Nothing has been changed.";

// Every field that one of the files has, in the order in which they first come.
std::vector<std::string> fieldsOf(const std::vector<View>& files) {
    std::vector<std::string> fields;
    std::set<std::string> seen;
    for (const auto& file : files) {
        file["attributes"].eachMember([&](const std::string& field, View) {
            if (seen.insert(field).second) fields.push_back(field);
        });
    }
    return fields;
}

// "comcash/4711, terminbuch/r-209 (retired)"
std::string recordsOf(View file) {
    std::string text;
    file["records"].each([&](View record) {
        if (!text.empty()) text += ", ";
        text += record["record"].text();
        if (const auto status = record["status"].text(); status != "active") text += " (" + status + ")";
    });
    return text;
}

std::string accountsOf(View file) {
    std::string text;
    file["accounts"].each([&](View account) {
        if (!text.empty()) text += ", ";
        text += account["source"].text() + "/" + account["username"].text();
    });
    return text;
}

// Those in force or refused, one after the other: "reminders sms granted".
std::string consentsOf(View file) {
    std::string text;
    file["consents"].each([&](View consent) {
        if (!text.empty()) text += ", ";
        text +=
            words(consent["purpose"].text()) + " " + consent["channel"].text() + " " + words(consent["state"].text());
    });
    return text;
}

// The files beside each other, a row for each thing that is to be compared.
void sideBySide(const std::vector<std::string>& headings, const std::vector<View>& files, Screen& screen) {
    std::vector<Column> columns{left("")};
    for (const auto& title : headings) columns.push_back(text(title));
    Table table(screen, std::move(columns), tableIndent);
    const auto compare = [&](const std::string& what, const auto& valueOf) {
        Row row{Cell(what, Tone::faint)};
        bool any = false;
        for (const auto& file : files) {
            row.emplace_back(valueOf(file));
            any = any || !row.back().text.empty();
        }
        if (any) table.add(std::move(row));
    };
    compare("customer", [](View file) { return file["customer"].text(); });
    for (const auto& field : fieldsOf(files)) {
        compare(words(field), [&](View file) { return file["attributes"][field]["value"].text(); });
    }
    compare("records", recordsOf);
    compare("online account", accountsOf);
    compare("consents", consentsOf);
    table.finish();
}

void facts(View facts, Screen& screen) {
    if (facts.size() == 0) return;
    heading(screen, "Facts recorded since, and where they go");
    Table table(screen, {right("POSITION"), left("TYPE"), name("GOES TO"), text("WHY"), left("ASSIGNABLE")},
                tableIndent);
    facts.each([&](View fact) {
        const bool assignable = fact["assignable"].yes();
        table.add({fact["position"].text(), fact["type"].text(), fact["goesTo"].text(), fact["why"].text(),
                   assignable ? Cell("yes", Tone::warning) : Cell("no", Tone::faint)});
    });
    table.finish();
}

void dependents(View dependents, Screen& screen) {
    if (dependents.size() == 0) return;
    heading(screen, "Later joins that depend on it (undone with --with-dependents)");
    Table table(screen, {right("POSITION"), text("JOIN")}, tableIndent);
    dependents.each([&](View join) {
        table.add({Cell(join["position"].text()), Cell(joinText(join), Tone::warning)});
    });
    table.finish();
}

void disclosures(View disclosures, Screen& screen) {
    const auto messages = disclosures["messages"];
    const auto exports = disclosures["exports"];
    const auto views = disclosures["accountViews"];
    if (messages.size() + exports.size() + views.size() == 0) return;
    heading(screen, "Who may have seen or received what was not theirs");
    messages.each([&](View message) {
        const std::string what = message["erased"].yes() ? "a message, of which nothing else is left,"
                                                         : "a message on " + words(message["purpose"].text()) + " by " +
                                                               message["channel"].text();
        line(screen, "- position " + message["position"].text() + ": " + what + " went to " + message["record"].text(),
             Tone::warning, tableIndent);
    });
    exports.each([&](View copy) {
        line(screen,
             "- position " + copy["position"].text() + ": a copy of the data of " + copy["record"].text() + " was made",
             Tone::warning, tableIndent);
    });
    views.each([&](View view) {
        line(screen,
             "- the online account " + view["account"].text() + " could see the visits of " +
                 view["seesVisitsOf"].text(),
             Tone::warning, tableIndent);
    });
}

void notices(View notices, Screen& screen) {
    if (notices.size() == 0) return;
    heading(screen, "What each person will notice");
    notices.each([&](View notice) {
        line(screen, "- " + notice["record"].text() + ": " + notice["text"].text(), Tone::plain, tableIndent);
    });
}

}  // namespace

void joinPreview(View answer, Screen& screen) {
    std::vector<std::string> headings;
    std::vector<View> files;
    answer["before"].each([&](View file) {
        headings.emplace_back(headings.empty() ? "FIRST" : "SECOND");
        files.push_back(file);
    });
    headings.emplace_back("TOGETHER");
    files.push_back(answer["after"]);
    sideBySide(headings, files, screen);
    screen.out << '\n';
    line(screen, nothingChanged, Tone::faint);
}

void undoPreview(View answer, Screen& screen) {
    const auto join = answer["join"];
    line(screen, "Undo of position " + join["position"].text() + ": " + joinText(join), Tone::strong);
    if (join["comment"]) line(screen, "by " + join["actor"].text() + ": " + join["comment"].text(), Tone::faint);
    const auto after = answer["files"]["after"];
    heading(screen,
            after.size() == 1 ? "The records stay together by other joins" : "Now, and the people that come out of it");
    std::vector<std::string> headings{"NOW"};
    std::vector<View> files{answer["files"]["before"]};
    after.each([&](View file) {
        headings.push_back("AFTER " + std::to_string(headings.size()));
        files.push_back(file);
    });
    sideBySide(headings, files, screen);
    facts(answer["facts"], screen);
    dependents(answer["dependents"], screen);
    disclosures(answer["disclosures"], screen);
    notices(answer["notices"], screen);
    screen.out << '\n';
    line(screen, nothingChanged, Tone::faint);
}

}  // namespace kartei::tools::render
