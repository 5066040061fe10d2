#pragma once
// The JSON form of DSFinV-K: a cash point closing as the DSFinV-K API of fiskaly takes it
// (https://developer.fiskaly.com/api/dsfinvk/v1, its schema follows the DFKA taxonomy of the DFKA e. V.).
//
// - The receipt's key is client_id, cash_point_closing_export_id and transaction_export_id. A transaction's
//   closing_client_id goes before client_id.
// - head: type, storno, timestamp_end (else timestamp_start), in seconds since 1970; buyer; references of type
//   Transaktion, or InterneTransaktion (within the same closing).
// - data: full_amount_incl_vat; lines: text, item.quantity, and the sum of the line's amounts_per_vat_id.
// - The closing does not name the till's currency; it is EUR.
// - Numbers are read as they are written. Members that are not named here are not looked at.

#include <string_view>

#include "adapters/dsfinvk_csv.hpp"

namespace kartei::adapters {

// The number of a transaction stands for its line. Problem: exportInvalid, where it is no JSON or not of this form.
Result<TillExport, AdapterProblem> readDsfinvkJson(std::string_view json);

}  // namespace kartei::adapters
