// SPDX-License-Identifier: Apache-2.0
// What a person sees of a run: the table of certificates.
#pragma once

#include <string>
#include <vector>

#include "controller/ports/cluster.hpp"

namespace stackseal::app {

/// One line of the table.
struct TableRow {
    std::string name;
    std::string issuer;
    std::string expires;
    std::string state;
    bool ready = false;

    bool operator==(const TableRow&) const = default;
};

/// Issuers first, then Certificates, by namespace and name.
core::Result<std::vector<TableRow>> table_rows(ports::Reader& reader);

/// Columns NAME ISSUER EXPIRES STATE, aligned.
std::string to_table(const std::vector<TableRow>& rows);

}  // namespace stackseal::app
