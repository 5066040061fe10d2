#pragma once
// Rows that are all there before the first is asked for.

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "adapters/import_row.hpp"

namespace kartei::adapters {

class RowList final : public ImportReader {
public:
    explicit RowList(std::vector<ImportRow> rows) : rows_(std::move(rows)) {}

    std::optional<ImportRow> next() override {
        if (index_ == rows_.size()) return std::nullopt;
        return std::move(rows_[index_++]);
    }
    [[nodiscard]] std::size_t rowCount() const override { return rows_.size(); }

private:
    std::vector<ImportRow> rows_;
    std::size_t index_ = 0;
};

}  // namespace kartei::adapters
