// SPDX-License-Identifier: Apache-2.0
// Rows from statuses, columns as wide as their widest entry.
#include "app/console.hpp"

#include <algorithm>
#include <array>

#include "app/status_rows.hpp"
#include "controller/api/names.hpp"
#include "controller/core/concat.hpp"

namespace stackseal::app {

namespace {

using core::concat;

TableRow row_of(const api::Meta& meta, const std::vector<api::Condition>& conditions) {
    TableRow row;
    row.name = concat(meta.space, "/", meta.name);
    const api::Condition* ready = api::find_condition(conditions, api::kReady);
    row.state = "Pending";
    if (ready == nullptr) return row;
    // What could not be written down, as on a full disk, left the word on an earlier spec.
    if (ready->observed_generation != meta.generation) {
        row.state = concat("Pending: ", kNotDoneYet);
        return row;
    }
    row.ready = ready->status == "True";
    row.state = ready->reason;
    if (ready->reason != "Ready") row.state = concat(ready->reason, ": ", ready->message);
    return row;
}

std::string signer_of(const api::Issuer& issuer) {
    if (std::holds_alternative<api::SelfSigned>(issuer.spec.source)) return "-";
    if (const auto* ca = std::get_if<api::CaSecret>(&issuer.spec.source))
        return concat("secret ", ca->secret_name);
    const auto* authority = std::get_if<api::Authority>(&issuer.spec.source);
    if (authority == nullptr || !authority->signed_by) return "itself (root)";
    return authority->signed_by->name;
}

TableRow row_of(const api::Issuer& issuer) {
    TableRow row = row_of(issuer.meta, issuer.status.conditions);
    row.name = concat("issuer ", row.name);
    row.issuer = signer_of(issuer);
    row.expires = issuer.status.expires.empty() ? "-" : issuer.status.expires;
    return row;
}

TableRow row_of(const api::Certificate& certificate) {
    TableRow row = row_of(certificate.meta, certificate.status.conditions);
    row.issuer = certificate.spec.issuer_ref.name;
    row.expires = certificate.status.expires.empty() ? "-" : certificate.status.expires;
    return row;
}

template <class T>
core::Result<void> add_rows(ports::Reader& reader, std::vector<TableRow>& rows) {
    STACKSEAL_TRY(const auto objects, reader.select({api::kResourceOf<T>, ""}));
    for (const api::Object& object : objects)
        rows.push_back(row_of(*std::get<api::Snapshot<T>>(object)));
    return {};
}

constexpr std::array<std::string TableRow::*, 3> kColumns = {&TableRow::name, &TableRow::issuer,
                                                             &TableRow::expires};

std::string to_line(const TableRow& row, const std::array<std::size_t, 3>& widths) {
    std::string line;
    for (std::size_t i = 0; i < kColumns.size(); ++i) {
        const std::string& cell = row.*kColumns[i];
        line += cell + std::string(widths[i] - cell.size() + 2, ' ');
    }
    return line + row.state + "\n";
}

}  // namespace

core::Result<std::vector<TableRow>> table_rows(ports::Reader& reader) {
    std::vector<TableRow> rows;
    STACKSEAL_CHECK(add_rows<api::Issuer>(reader, rows));
    STACKSEAL_CHECK(add_rows<api::Certificate>(reader, rows));
    return rows;
}

std::string to_table(const std::vector<TableRow>& rows) {
    std::vector<TableRow> all = rows;
    all.insert(all.begin(), {"NAME", "ISSUER", "EXPIRES", "STATE"});
    std::array<std::size_t, 3> widths{};
    for (const TableRow& row : all)
        for (std::size_t i = 0; i < kColumns.size(); ++i)
            widths[i] = std::max(widths[i], (row.*kColumns[i]).size());
    std::string table;
    for (const TableRow& row : all) table += to_line(row, widths);
    return table;
}

}  // namespace stackseal::app
