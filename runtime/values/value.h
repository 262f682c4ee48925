#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "runtime/values/date.h"
#include "runtime/values/datetime.h"
#include "runtime/values/number.h"
#include "runtime/values/quantity.h"

namespace merit {

/// So many times a length of time. Throws std::domain_error beyond what a calendar holds.
Duration times(const Number& count, const Duration& length);

/// What a cell holds. The order is that of Value's storage.
enum class ValueKind : std::uint8_t {
  missing,
  fault,
  boolean,
  number,
  money,
  text,
  date,
  duration,
  period,
  datetime,
  datetime_period,
  codes,     ///< text(): a set of codings (codes.h); never the empty one, which is missing
  quantity,  ///< quantity()
  enumeration,
  row,
};

/// Why a value could not be computed. It spreads to what depends on it; of several the first by (place_order,
/// row) is kept, and count says how many there were.
struct Fault {
  std::string place;              ///< stable name of the node that faulted, such as "hospital.score#4"
  std::uint32_t place_order = 0;  ///< rank of that node in the program's text
  std::uint32_t entity = 0;       ///< index of the entity whose row faulted
  std::uint32_t row = 0;          ///< the row, in key order
  std::string code;               ///< code of the message, such as "F001"
  std::string message;            ///< a sentence for the user
  std::uint64_t count = 1;        ///< faults that came together here

  /// Same place, entity, row, code and count. The wording is free to differ.
  friend bool operator==(const Fault& a, const Fault& b) noexcept {
    return a.place == b.place && a.entity == b.entity && a.row == b.row && a.code == b.code &&
           a.count == b.count;
  }
};

/// No value; with its reason (`missing because "fewer than 25 cases"`) or none.
struct Missing {
  std::shared_ptr<const std::string> reason;  ///< nullptr: no reason given

  friend bool operator==(const Missing& a, const Missing& b) noexcept {
    return a.reason == b.reason || (a.reason && b.reason && *a.reason == *b.reason);
  }
};

/// What one cell holds: a known value, missing with or without a reason, or a fault. Copies are cheap: texts,
/// reasons and faults are shared.
///
/// Money is an amount in the program's currency. An enumeration's value and a row are indices that mean
/// something only beside their type, which the program knows and the value does not. Asking for the wrong
/// kind is an error of the caller (std::bad_variant_access).
class Value {
 public:
  using TextPointer = std::shared_ptr<const std::string>;
  using FaultPointer = std::shared_ptr<const Fault>;

  /// Missing, without a reason.
  Value() noexcept = default;

  static Value of_missing() noexcept { return Value(); }

  static Value of_missing(std::string reason) {
    return of_missing(std::make_shared<const std::string>(std::move(reason)));
  }

  static Value of_missing(const char* reason) { return of_missing(std::string(reason)); }

  /// nullptr: no reason.
  static Value of_missing(TextPointer reason) { return Value(Missing{std::move(reason)}); }

  static Value of_fault(Fault fault) { return of_fault(std::make_shared<const Fault>(std::move(fault))); }

  /// Never nullptr.
  static Value of_fault(FaultPointer fault) { return Value(std::move(fault)); }

  static Value of_boolean(bool boolean) { return Value(boolean); }

  static Value of_number(Number number) { return Value(std::move(number)); }

  static Value of_money(Number amount) { return Value(Money{std::move(amount)}); }

  static Value of_text(std::string text) {
    return of_text(std::make_shared<const std::string>(std::move(text)));
  }

  static Value of_text(const char* text) { return of_text(std::string(text)); }

  /// Never nullptr.
  static Value of_text(TextPointer text) { return Value(std::move(text)); }

  static Value of_date(Date date) { return Value(date); }

  static Value of_duration(Duration duration) { return Value(duration); }

  static Value of_period(Period period) { return Value(period); }

  static Value of_datetime(DateTime time) { return Value(time); }

  static Value of_datetime_period(DateTimePeriod period) { return Value(period); }

  /// A set of codings as codes_text() makes it; the empty one is missing.
  static Value of_codes(std::string codes) {
    if (codes.empty()) return Value();
    return Value(Codes{std::make_shared<const std::string>(std::move(codes))});
  }

  static Value of_quantity(Quantity quantity) {
    return Value(std::make_shared<const Quantity>(std::move(quantity)));
  }

  static Value of_enumeration(std::uint32_t index) { return Value(Enumeration{index}); }

  static Value of_row(std::uint32_t row) { return Value(Row{row}); }

  ValueKind kind() const noexcept { return static_cast<ValueKind>(storage_.index()); }

  bool is_missing() const noexcept { return kind() == ValueKind::missing; }

  bool is_fault() const noexcept { return kind() == ValueKind::fault; }

  bool is_known() const noexcept { return !is_missing() && !is_fault(); }

  bool boolean() const { return std::get<bool>(storage_); }

  const Number& number() const { return std::get<Number>(storage_); }

  const Number& money() const { return std::get<Money>(storage_).amount; }

  /// The number of a number, the amount of a money.
  const Number& number_or_amount() const { return kind() == ValueKind::money ? money() : number(); }

  const std::string& text() const { return *std::get<TextPointer>(storage_); }

  const TextPointer& text_pointer() const { return std::get<TextPointer>(storage_); }

  Date date() const { return std::get<Date>(storage_); }

  Duration duration() const { return std::get<Duration>(storage_); }

  Period period() const { return std::get<Period>(storage_); }

  DateTime datetime() const { return std::get<DateTime>(storage_); }

  DateTimePeriod datetime_period() const { return std::get<DateTimePeriod>(storage_); }

  /// The set of codings as one text (codes.h).
  const std::string& codes() const { return *std::get<Codes>(storage_).set; }

  const Quantity& quantity() const { return *std::get<QuantityPointer>(storage_); }

  std::uint32_t enumeration() const { return std::get<Enumeration>(storage_).index; }

  std::uint32_t row() const { return std::get<Row>(storage_).index; }

  const Fault& fault() const { return *std::get<FaultPointer>(storage_); }

  const FaultPointer& fault_pointer() const { return std::get<FaultPointer>(storage_); }

  /// Why it is missing; nullptr when no reason was given.
  const TextPointer& missing_reason() const { return std::get<Missing>(storage_).reason; }

  /// Same kind and same value. Two missing values are equal when their reasons are, two faults when Fault
  /// says so.
  friend bool operator==(const Value& a, const Value& b) noexcept;

 private:
  struct Money {
    Number amount;
  };

  struct Codes {
    TextPointer set;
  };

  using QuantityPointer = std::shared_ptr<const Quantity>;

  struct Enumeration {
    std::uint32_t index;
  };

  struct Row {
    std::uint32_t index;
  };

  // In the order of ValueKind.
  using Storage = std::variant<Missing, FaultPointer, bool, Number, Money, TextPointer, Date, Duration,
                               Period, DateTime, DateTimePeriod, Codes, QuantityPointer, Enumeration, Row>;

  template <typename T>
  explicit Value(T content) : storage_(std::in_place_type<T>, std::move(content)) {}

  Storage storage_;
};

/// Order of two known values of one kind, for sorting: numbers, amounts, dates and datetimes by size, text
/// bytewise, the rest by index.
std::strong_ordering compare_values(const Value& a, const Value& b);

/// "a number", "an amount of money", "a date": the kind in words for a message.
std::string_view kind_in_words(ValueKind kind) noexcept;

}  // namespace merit
