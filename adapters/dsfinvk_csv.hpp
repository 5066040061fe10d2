#pragma once
// The CSV export of DSFinV-K: files as they are described by index.xml (gobd_index.hpp).
//
// What is read: transactions.csv (Bonkopf); lines.csv (Bonpos), an item each: ARTIKELTEXT, else GV_NAME or GV_TYP, with
// MENGE, and MENGE × STK_BR rounded to minor units where FAKTOR is 1 or blank; references.csv (Bon_Referenzen), those
// of type Transaktion; cashregister.csv (Stamm_Kassen), KASSE_BASISWAEH_CODE, without which the currency is EUR.
//
// - Column names come from the header row; where a file has none, from index.xml.
// - The time is BON_ENDE, else BON_START; without an offset it is German time.
// - A receipt has a flaw where its UMS_BRUTTO, time or BON_STORNO, or one of its lines' numbers, is none, or one of
//   its rows in lines.csv is torn: half a receipt would stand in the way of the whole one. Where a torn row does not
//   even say whose it is, every receipt has the flaw.
// - A reference is the whole receipt's where POS_ZEILE is blank or 0. Where only lines refer to something, and all to
//   one receipt, it is that one.

#include <string>
#include <vector>

#include "adapters/import_input.hpp"
#include "adapters/problem.hpp"
#include "adapters/till_receipt.hpp"
#include "events/result.hpp"

namespace kartei::adapters {

// Receipts in the order of the file, and rows that are no rows: torn, with a quote that does not end, … Those of other
// files than transactions.csv say which.
struct TillExport {
    std::vector<TillReceipt> receipts;
    std::vector<SkippedRow> unreadable;
};

// The files that an export is read from.
const std::vector<std::string>& dsfinvkFiles();

// Problems: fileMissing, where index.xml, or a file that it describes, is not there, or it does not describe
// transactions.csv; exportInvalid, where a file has more than 2,000,000 lines; columnMissing; those of readGobdIndex,
// decodeText and CsvTable::read.
Result<TillExport, AdapterProblem> readDsfinvkCsv(std::vector<InputFile> files);

}  // namespace kartei::adapters
