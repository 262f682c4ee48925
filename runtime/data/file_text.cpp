#include "runtime/data/file_text.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <libdeflate.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>
#include <vector>

#include "runtime/diagnostics/render.h"

namespace merit::data {

namespace {

constexpr size_t names_listed = 12;
constexpr size_t large_packed = size_t{8} << 20U;
constexpr size_t large_text = size_t{64} << 20U;

/// deflate cannot pack better than 1032 to 1.
constexpr size_t best_packing = 1032;

bool is_gzip(std::string_view bytes) {
  return bytes.size() >= 2 && bytes[0] == '\x1f' && bytes[1] == '\x8b';
}

size_t physical_memory() {
  const long pages = sysconf(_SC_PHYS_PAGES);
  const long page_size = sysconf(_SC_PAGE_SIZE);
  return pages > 0 && page_size > 0 ? static_cast<size_t>(pages) * static_cast<size_t>(page_size) : SIZE_MAX;
}

/// The size of the last member's text, modulo 2^32, as its trailer says: a good guess for all that have one
/// member.
size_t announced_size(std::string_view bytes) {
  if (bytes.size() < 18) return 0;
  size_t size = 0;
  for (size_t i = 0; i < 4; ++i) {
    size |= static_cast<size_t>(static_cast<unsigned char>(bytes[bytes.size() - 4 + i])) << (8 * i);
  }
  return size;
}

Refusal unreadable(std::string reason, std::string help) {
  return Refusal{"D002", "This file cannot be read: " + std::move(reason) + ".", std::move(help)};
}

}  // namespace

Refusal damaged_gzip() {
  return Refusal{"D003", "This file is packed with gzip and cannot be unpacked: it is damaged or cut off.",
                 "Fetch it again, or test it with `gzip -t`."};
}

FileBytes::~FileBytes() {
  if (data_ != nullptr) munmap(const_cast<char*>(data_), size_);
}

FileBytes::FileBytes(FileBytes&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

FileBytes& FileBytes::operator=(FileBytes&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

std::optional<Refusal> FileBytes::open(const std::filesystem::path& path) {
  const auto reason = [] { return std::generic_category().message(errno); };
  // Without O_NONBLOCK opening a pipe would wait for its writer.
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) {
    return errno == EACCES ? unreadable("you have no permission to read it",
                                        "Ask its owner for permission, or copy it to a folder of yours.")
                           : unreadable(reason(), "");
  }

  struct stat status {};

  std::optional<Refusal> refusal;
  if (fstat(file, &status) != 0) {
    refusal = unreadable(reason(), "");
  } else if (S_ISDIR(status.st_mode)) {
    refusal = unreadable("it is a folder", "Name the file in the folder.");
  } else if (!S_ISREG(status.st_mode)) {
    refusal = unreadable("it is no ordinary file", "Save the data as a file first.");
  } else if (status.st_size > 0) {
    const auto size = static_cast<size_t>(status.st_size);
    void* memory = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
    if (memory == MAP_FAILED) {
      refusal = unreadable(reason(), "");
    } else {
      data_ = static_cast<const char*>(memory);
      size_ = size;
    }
  }
  close(file);
  return refusal;
}

void FileBytes::release(std::string_view part) const {
  constexpr uintptr_t page = 4096;
  const uintptr_t begin = (reinterpret_cast<uintptr_t>(part.data()) + page - 1) / page * page;
  const uintptr_t end = reinterpret_cast<uintptr_t>(part.data() + part.size()) / page * page;
  if (begin < end) madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
}

std::optional<Refusal> FileText::open(const std::filesystem::path& path, bool piecewise) {
  if (std::optional<Refusal> refusal = bytes_.open(path)) return refusal;
  if (is_gzip(bytes_.view())) {
    is_packed_ =
        piecewise && (bytes_.view().size() > large_packed || announced_size(bytes_.view()) > large_text);
    return is_packed_ ? std::nullopt : unpack();
  }
  if (path.extension() == ".gz" && !bytes_.view().empty()) {
    return Refusal{"D003", "This file's name ends in .gz, but it is not packed with gzip.",
                   "Give it a name without .gz, or fetch it again."};
  }
  text_ = bytes_.view();
  return std::nullopt;
}

std::optional<Refusal> FileText::unpack() {
  const std::string_view packed = bytes_.view();
  const size_t largest = packed.size() > SIZE_MAX / best_packing ? SIZE_MAX : packed.size() * best_packing;
  const size_t announced = announced_size(packed);
  size_t capacity = std::max<size_t>(announced <= largest ? announced : packed.size() * 4, 1);
  unpacked_.reset(static_cast<char*>(std::malloc(capacity)));

  const std::unique_ptr<libdeflate_decompressor, decltype(&libdeflate_free_decompressor)> decompressor(
      libdeflate_alloc_decompressor(), &libdeflate_free_decompressor);
  const auto too_large = [] {
    return Refusal{"D002", "This file is too large: unpacked it does not fit in the memory of this machine.",
                   "Unpack it with `gzip -d`, or cut it into parts by rows."};
  };
  if (!unpacked_ || !decompressor) return too_large();

  size_t read = 0;
  size_t written = 0;
  while (read < packed.size()) {
    // Some tools fill the last block up with zeros.
    if (read > 0 && packed.find_first_not_of('\0', read) == std::string_view::npos) break;
    size_t member_read = 0;
    size_t member_written = 0;
    const libdeflate_result result = libdeflate_gzip_decompress_ex(
        decompressor.get(), packed.data() + read, packed.size() - read, unpacked_.get() + written,
        capacity - written, &member_read, &member_written);
    if (result == LIBDEFLATE_INSUFFICIENT_SPACE) {
      if (capacity >= largest) return damaged_gzip();
      if (capacity >= physical_memory()) return too_large();
      capacity = std::min(capacity * 2, largest);
      char* larger = static_cast<char*>(std::realloc(unpacked_.get(), capacity));
      if (larger == nullptr) return too_large();
      static_cast<void>(unpacked_.release());
      unpacked_.reset(larger);
      continue;
    }
    if (result != LIBDEFLATE_SUCCESS) return damaged_gzip();
    read += member_read;
    written += member_written;
  }
  text_ = std::string_view(unpacked_.get(), written);
  return std::nullopt;
}

struct GzipStream::State {
  z_stream stream = {};
  std::string_view rest;  // not yet given to zlib
};

GzipStream::GzipStream(std::string_view packed) : state_(std::make_unique<State>()) {
  constexpr int gzip_window = 15 + 16;
  state_->rest = packed;
  damaged_ = inflateInit2(&state_->stream, gzip_window) != Z_OK;
}

GzipStream::~GzipStream() {
  inflateEnd(&state_->stream);
}

size_t GzipStream::read(char* to, size_t size) {
  constexpr size_t most = size_t{1} << 24U;
  z_stream& stream = state_->stream;
  stream.next_out = reinterpret_cast<Bytef*>(to);
  stream.avail_out = static_cast<uInt>(std::min(size, most));
  const size_t wanted = stream.avail_out;
  while (stream.avail_out > 0 && !damaged_) {
    if (stream.avail_in == 0) {
      const std::string_view next = state_->rest.substr(0, most);
      stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(next.data()));
      stream.avail_in = static_cast<uInt>(next.size());
      state_->rest.remove_prefix(next.size());
    }
    const int result = inflate(&stream, Z_NO_FLUSH);
    if (result == Z_STREAM_END) {
      // Members follow one another; some tools fill the last block up with zeros.
      const std::string_view left(reinterpret_cast<const char*>(stream.next_in), stream.avail_in);
      const bool ends = left.find_first_not_of('\0') == std::string_view::npos &&
                        state_->rest.find_first_not_of('\0') == std::string_view::npos;
      if (ends) break;
      damaged_ = inflateReset(&stream) != Z_OK;
    } else if (result != Z_OK) {
      damaged_ = true;
    }
  }
  return wanted - stream.avail_out;
}

std::optional<std::filesystem::path> find_data_file(const std::filesystem::path& directory,
                                                    const std::string& name, Refusal& refusal) {
  namespace fs = std::filesystem;
  const fs::path relative = fs::path(name).lexically_normal();
  if (relative.is_absolute() || relative.empty() || *relative.begin() == "..") {
    refusal =
        Refusal{"D002", fmt::format("The file \"{}\" lies outside the data folder.", name),
                "Name data files relative to the data folder, and put them into it or a folder below it."};
    return std::nullopt;
  }
  std::error_code error;
  for (const fs::path& candidate : {directory / relative, directory / fs::path(name + ".gz")}) {
    if (fs::exists(candidate, error)) return candidate;
  }
  refusal.code = "D001";
  const fs::path folder = (directory / relative).parent_path();
  std::vector<std::string> names;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    names.push_back((relative.parent_path() / entry->path().filename()).string());
  }
  std::sort(names.begin(), names.end());
  if (!fs::is_directory(folder, error)) {
    refusal.message =
        fmt::format("There is no file \"{}\": there is no folder \"{}\".", name, folder.string());
    refusal.help = "Give the folder of the data files with --data.";
    return std::nullopt;
  }
  refusal.message = fmt::format("There is no file \"{}\" (nor \"{}.gz\") in the data folder.", name, name);
  const std::string nearest = nearest_name(name, names);
  if (!nearest.empty()) refusal.help = fmt::format("Did you mean \"{}\"? ", nearest);
  if (names.empty()) {
    refusal.help += "The folder is empty.";
  } else {
    const size_t listed = std::min(names.size(), names_listed);
    refusal.help += fmt::format("In the folder: {}", fmt::join(names.begin(), names.begin() + listed, ", "));
    refusal.help += listed < names.size() ? fmt::format(" and {} more.", names.size() - listed) : ".";
  }
  return std::nullopt;
}

size_t find_bad_utf8(std::string_view text) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  const size_t size = text.size();
  const auto continues = [&](size_t at) { return at < size && (bytes[at] & 0xC0U) == 0x80U; };
  size_t i = 0;
  while (i < size) {
    // Most text is ASCII: pass it by in blocks that the compiler turns into vector instructions.
    constexpr size_t block = 64;
    while (i + block <= size) {
      unsigned char high = 0;
      for (size_t k = 0; k < block; ++k) high |= bytes[i + k];
      if (high >= 0x80) break;
      i += block;
    }
    if (i >= size) break;
    const unsigned char lead = bytes[i];
    if (lead < 0x80) {
      ++i;
    } else if (lead >= 0xC2 && lead < 0xE0 && continues(i + 1)) {
      i += 2;
    } else if (lead >= 0xE0 && lead < 0xF0 && continues(i + 1) && continues(i + 2) &&
               (lead != 0xE0 || bytes[i + 1] >= 0xA0) && (lead != 0xED || bytes[i + 1] < 0xA0)) {
      i += 3;
    } else if (lead >= 0xF0 && lead < 0xF5 && continues(i + 1) && continues(i + 2) && continues(i + 3) &&
               (lead != 0xF0 || bytes[i + 1] >= 0x90) && (lead != 0xF4 || bytes[i + 1] < 0x90)) {
      i += 4;
    } else {
      return i;
    }
  }
  return std::string_view::npos;
}

}  // namespace merit::data
