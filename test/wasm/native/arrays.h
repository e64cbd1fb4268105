// Files of arrays, as the driver reads and writes them: for each array two 32-bit integers, its kind (0: 32-bit integers,
// 1: doubles) and its length, then its numbers; all in the byte order of the machine.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

/// Ends the program with a message: a driver for tests has no better way out.
[[noreturn]] inline void fail(const char* message) {
  std::fprintf(stderr, "erfem-native: %s\n", message);
  std::exit(2);
}

class ArrayReader {
 public:
  explicit ArrayReader(const char* path) : file_(std::fopen(path, "rb")) {
    if (!file_) fail("cannot open the input file");
  }
  ArrayReader(const ArrayReader&) = delete;
  ArrayReader& operator=(const ArrayReader&) = delete;
  ~ArrayReader() { std::fclose(file_); }

  std::vector<int32_t> integers() { return read<int32_t>(0); }
  std::vector<double> numbers() { return read<double>(1); }

 private:
  template <typename T>
  std::vector<T> read(int32_t kind) {
    int32_t head[2];
    if (std::fread(head, sizeof head, 1, file_) != 1 || head[0] != kind || head[1] < 0) fail("not the array expected");
    std::vector<T> values(static_cast<std::size_t>(head[1]));
    if (std::fread(values.data(), sizeof(T), values.size(), file_) != values.size()) fail("the input file ends early");
    return values;
  }

  std::FILE* file_;
};

class ArrayWriter {
 public:
  explicit ArrayWriter(const char* path) : file_(std::fopen(path, "wb")) {
    if (!file_) fail("cannot open the output file");
  }
  ArrayWriter(const ArrayWriter&) = delete;
  ArrayWriter& operator=(const ArrayWriter&) = delete;
  ~ArrayWriter() {
    if (std::fclose(file_) != 0) fail("cannot write the output file");
  }

  void integers(const int32_t* values, std::size_t length) { write(0, values, length); }
  void integers(const std::vector<int32_t>& values) { integers(values.data(), values.size()); }
  void numbers(const double* values, std::size_t length) { write(1, values, length); }
  void numbers(const std::vector<double>& values) { numbers(values.data(), values.size()); }

 private:
  template <typename T>
  void write(int32_t kind, const T* values, std::size_t length) {
    const int32_t head[2] = {kind, static_cast<int32_t>(length)};
    std::fwrite(head, sizeof head, 1, file_);
    std::fwrite(values, sizeof(T), length, file_);
  }

  std::FILE* file_;
};
