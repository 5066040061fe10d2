#pragma once
// Lists: how one object of each becomes a row.

#include <functional>
#include <string>
#include <vector>

#include "tools/kartei/render/page.hpp"

namespace kartei::tools::render {

struct ListLayout {
    std::vector<Column> columns;
    std::function<Row(View item)> row;
    std::string whenEmpty;  // "no customers"
};

ListLayout customerList(std::string whenEmpty);
ListLayout importList();
ListLayout protocolList();
ListLayout pendingList();
ListLayout tokenList();

}  // namespace kartei::tools::render
