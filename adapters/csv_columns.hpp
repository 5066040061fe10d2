#pragma once
// Where a header row has the columns that somebody asks for by name. Names are compared folded: case, umlaut forms and
// `ss` for `ß` make no difference.

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "adapters/problem.hpp"

namespace kartei::adapters {

class CsvColumns {
public:
    explicit CsvColumns(const std::vector<std::string>& header);

    // The column's place, from 0. 0 as well where there is none or more than one, which is then the problem.
    std::size_t find(const std::string& name);
    std::vector<std::size_t> find(const std::vector<std::string>& names);
    // The column's place; nothing where there is none.
    std::optional<std::size_t> findOptional(const std::string& name);

    // columnMissing, naming all columns that were asked for in vain. `file`: whose header row it is, "the file"; `who`
    // asks for them, "the mapping".
    [[nodiscard]] std::optional<AdapterProblem> problem(const std::string& file = "the file",
                                                        const std::string& who = "the mapping") const;

private:
    static void note(std::string& list, const std::string& name);
    std::map<std::string, std::vector<std::size_t>> places_;
    std::string missing_;
    std::string repeated_;
};

}  // namespace kartei::adapters
