// SPDX-License-Identifier: Apache-2.0
// A temporary folder with small files, gone at the end.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace stackseal::kube {

class Folder {
  public:
    Folder() {
        std::string form = (std::filesystem::temp_directory_path() / "kube-test-XXXXXX").string();
        path_ = ::mkdtemp(form.data());
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() { std::filesystem::remove_all(path_); }

    std::string at(const std::string& name) const { return path_ + "/" + name; }
    const std::string& path() const { return path_; }
    /// As kubelet and editors do: a new file takes the name.
    std::string write(const std::string& name, const std::string& text) const {
        std::filesystem::create_directories(std::filesystem::path(at(name)).parent_path());
        std::ofstream(at(name + ".new")) << text;
        std::filesystem::rename(at(name + ".new"), at(name));
        return at(name);
    }

  private:
    std::string path_;
};

}  // namespace stackseal::kube
