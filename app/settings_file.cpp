// SPDX-License-Identifier: Apache-2.0
// YAML to CLI11's items; CLI11 then checks names and values as it does for flags.
#include "app/settings_file.hpp"

#include <CLI/CLI.hpp>
#include <iterator>

#include "controller/core/concat.hpp"
#include "controller/core/quoted.hpp"
#include "controller/text/yaml.hpp"

namespace stackseal::app {

namespace {

[[noreturn]] void refuse(const std::string& why) {
    throw CLI::FileError("the settings file: " + why, CLI::ExitCodes::FileError);
}

std::string scalar_text(const std::string& key, const core::Value& value) {
    if (const auto* text = value.text()) return *text;
    if (const auto* truth = std::get_if<bool>(&value.held)) return *truth ? "true" : "false";
    if (const auto* number = std::get_if<std::int64_t>(&value.held)) return std::to_string(*number);
    refuse(core::concat("line ", value.line, ": ", core::plain(key, 64),
                        " must be text, a number or true/false"));
}

std::vector<std::string> texts(const std::string& key, const core::Value& value) {
    std::vector<std::string> out;
    if (value.items() == nullptr) return {scalar_text(key, value)};
    for (const core::Value& item : *value.items()) out.push_back(scalar_text(key, item));
    return out;
}

class YamlSettings : public CLI::Config {
  public:
    explicit YamlSettings(const CLI::App& root) : root_(root) {}

    std::string to_config(const CLI::App*, bool, bool, std::string) const override { return ""; }

    std::vector<CLI::ConfigItem> from_config(std::istream& input) const override {
        const std::string text{std::istreambuf_iterator<char>(input), {}};
        const auto documents = text::parse_yaml(text);
        if (!documents) refuse(documents.error().message);
        if (documents->empty()) return {};
        if (documents->size() > 1 || !documents->front().is_object())
            refuse("must be one mapping of settings");
        std::vector<CLI::ConfigItem> found;
        for (const auto& [key, value] : *documents->front().members())
            found.push_back({{subcommand()}, key, texts(key, value)});
        return found;
    }

  private:
    /// The file is read after the line, so the subcommand is known.
    std::string subcommand() const {
        const auto called = root_.get_subcommands();
        return called.empty() ? "" : called.front()->get_name();
    }

    const CLI::App& root_;
};

}  // namespace

std::shared_ptr<CLI::Config> settings_file_reader(const CLI::App& root) {
    return std::make_shared<YamlSettings>(root);
}

}  // namespace stackseal::app
