#include "tools/kartei/render/outcomes.hpp"

#include "tools/kartei/render/values.hpp"

namespace kartei::tools::render {

namespace {

struct Tally {
    std::size_t stored = 0, knownBefore = 0, unchanged = 0, refused = 0;
};
enum class Known { now, before };

// Adds the result to the tally and says what it was.
Cell outcomeOf(View result, Known known, Tally& tally) {
    if (result["code"]) {
        ++tally.refused;
        const auto detail = result["detail"] ? ": " + result["detail"].text() : std::string{};
        return {"refused: " + result["code"].text() + detail, Tone::bad};
    }
    if (result["position"] && known == Known::before) {
        ++tally.knownBefore;
        return {"known before, at position " + result["position"].text(), Tone::faint};
    }
    if (result["position"]) {
        ++tally.stored;
        return {"stored at position " + result["position"].text(), Tone::good};
    }
    ++tally.unchanged;
    return {"unchanged", Tone::faint};
}

}  // namespace

void appendResults(View answer, const std::set<std::size_t>& knownBefore, Screen& screen) {
    Tally tally;
    Table table(screen, {right("EVENT"), text("OUTCOME")});
    std::size_t number = 0;
    answer["results"].each([&](View result) {
        ++number;
        const auto known = knownBefore.count(number) != 0 ? Known::before : Known::now;
        table.add({std::to_string(number), outcomeOf(result, known, tally)});
    });
    table.finish();
    const auto before = tally.knownBefore == 0 ? "" : std::to_string(tally.knownBefore) + " known before, ";
    line(screen,
         counted(number, "event") + ": " + std::to_string(tally.stored) + " stored, " + before +
             std::to_string(tally.unchanged) + " unchanged, " + std::to_string(tally.refused) + " refused",
         Tone::strong);
}

bool anyRefused(View answer) {
    bool refused = false;
    answer["results"].each([&](View result) { refused = refused || static_cast<bool>(result["code"]); });
    return refused;
}

void importOutcome(View answer, Screen& screen) {
    const auto problems = answer["problems"];
    if (problems.size() > 0) {
        Table table(screen, {right("LINE"), text("WHY IT WAS NOT TAKEN")});
        problems.each([&](View problem) {
            table.add({Cell(problem["line"].text()), Cell(problem["reason"].text(), Tone::bad)});
        });
        table.finish();
    }
    const auto rows = answer["leftOut"].number().value_or(0);
    const std::string leftOut = rows == 0 ? "" : ", " + std::to_string(rows) + " left out";
    line(screen,
         "Import " + answer["run"].text() + ": " + answer["imported"].text() + " imported, " +
             answer["unchanged"].text() + " unchanged, " + answer["refused"].text() + " refused" + leftOut,
         Tone::strong);
}

void watchedFile(View file, Screen& screen) {
    const View report = file["report"];
    line(screen, file["file"].text() + " \u2192 " + file["movedTo"].text(), Tone::strong);
    if (!report["code"]) return importOutcome(report, screen);
    line(screen, report["code"].text() + ": " + report["detail"].text(), Tone::bad);
}

bool noneTaken(View answer) {
    const auto count = [&](std::string_view which) { return answer[which].number().value_or(0); };
    return count("refused") > 0 && count("imported") == 0 && count("unchanged") == 0;
}

void policy(View rules, Screen& screen) {
    if (rules["unchanged"].yes()) return line(screen, "Nothing changed: it is so already.", Tone::faint);
    Table table(screen, {left("RULE"), left("")});
    rules.eachMember([&](const std::string& rule, View on) {
        table.add({Cell(rule), on.yes() ? Cell("on", Tone::good) : Cell("off", Tone::warning)});
    });
    table.finish();
}

void rebuildOutcome(View answer, Screen& screen) {
    line(screen, "Rebuilt " + answer["customers"].text() + " customers from " + answer["events"].text() +
                     " events. Digest " + answer["digest"].text());
    if (!answer["verified"]) return;
    if (answer["verified"].yes()) {
        line(screen, "It equals what is stored.", Tone::good);
    } else {
        line(screen, "What was stored differed; this has taken its place.", Tone::bad);
    }
}

void verifyOutcome(View answer, Screen& screen) {
    line(screen,
         "Verified: " + answer["entries"].text() + " entries, " + answer["checkpoints"].text() +
             " checkpoints, the index and " + answer["customers"].text() + " customer files.",
         Tone::good);
    line(screen, "Root " + answer["root"].text());
    if (answer["detail"]) line(screen, answer["detail"].text(), Tone::faint);
    const auto storedTo = answer["customersStoredTo"];
    if (!storedTo) return;
    line(screen,
         "The data directory was only read. On its disk are customer files up to position " + storedTo.text() + ".",
         Tone::faint);
}

void receipt(View answer, Screen& screen) { screen.out << answer["receipt"].text(); }

void logKey(View answer, Screen& screen) { screen.out << answer["key"].text() << '\n'; }

void publishOutcome(View answer, Screen& screen) {
    line(screen, "Published " + answer["entries"].text() + " entries; " + answer["files"].text() + " files written.",
         Tone::good);
    line(screen, "The key to verify them with:");
    logKey(answer, screen);
}

void incarnation(View answer, Screen& screen) {
    line(screen,
         "Incarnation " + answer["incarnation"].text() + " goes on from position " + answer["position"].text() + ".",
         Tone::good);
    line(screen, "The key to verify it with:");
    logKey(answer, screen);
}

void logStatus(View answer, Screen& screen) {
    line(screen, "The log ends at position " + answer["position"].text() + "; incarnation " +
                     answer["incarnation"].text() + ".");
    if (!answer["code"].text().empty()) line(screen, answer["detail"].text(), Tone::warning);
    line(screen, "The key to verify it with:");
    logKey(answer, screen);
}

void backupOutcome(View answer, Screen& screen) {
    line(screen, "Backup " + answer["number"].text() + " is made; " + answer["kept"].text() + " are there.",
         Tone::good);
}

void rotationOutcome(View answer, Screen& screen) {
    const std::string file = answer["file"].text();
    if (answer["unchanged"].yes()) return line(screen, "Nothing changed: it is the key already.", Tone::faint);
    line(screen, answer["keys"].text() + " keys are under a new master key now, which is in " + file + ".", Tone::good);
    if (!answer["replaced"].yes()) {
        line(screen,
             "Put it where the one before is, in the environment or the credential: Kartei starts with no other.",
             Tone::warning);
    }
    line(screen,
         "Keep a copy in a safe place: without it nobody can read the customers' data any more. The one before opens "
         "nothing here; a backup made before now still needs it.");
}

void exportOutcome(View answer, Screen& screen) {
    line(screen, "Written to " + answer["file"].text() + "; recorded at position " + answer["position"].text() + ".",
         Tone::good);
}

void erasureOutcome(View answer, Screen& screen) {
    decision(answer, screen, "Erased");
    if (!answer["successors"]) return;
    std::string names;
    answer["successors"].each([&](View name) { names += " " + name.text(); });
    line(screen,
         "Not erased: who registered again under the same name after an erasure. If this is who asks, erase" + names +
             ".",
         Tone::warning);
}

void decision(View answer, Screen& screen, std::string_view done, std::string_view more) {
    if (answer["unchanged"].yes()) return line(screen, "Nothing changed: it is so already.", Tone::faint);
    line(screen, std::string(done) + " at position " + answer["position"].text() + ".", Tone::good);
    if (!more.empty()) line(screen, more, Tone::faint);
}

void newToken(View answer, Screen& screen) { screen.out << answer["token"].text() << '\n'; }

void revoked(View, Screen& screen) { line(screen, "Revoked."); }

}  // namespace kartei::tools::render
