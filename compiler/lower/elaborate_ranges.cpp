// Columns that are read along the ranges of their table's key: base + slope * (key - origin).
#include <utility>

#include "compiler/lower/elaborate_impl.h"

namespace merit {

Typed Elaborator::Impl::scaled(Typed row, uint32_t column, Span span) {
  const model::Scale& scale = model_.scales.at(column);
  if (context_->parameter) return scale_without_key(column, span);
  const auto constant_of = [&](uint32_t of) { return field(clone(*row.node), of, span); };
  Typed key;
  key.node = clone(*row.node->args[scale.key]);
  Typed origin = constant_of(scale.origin);
  Typed base = constant_of(scale.base);
  Typed slope = constant_of(scale.slope);
  if (!origin || !base || !slope) return {};
  const bool money_key = key.type().kind == ir::TypeKind::money;
  const auto plain = [](ir::TypeKind kind) {
    ir::Type type;
    type.kind = kind;
    return type;
  };
  const bool dates = key.type().kind == ir::TypeKind::date;
  const ir::TypeKind distance_kind = dates       ? ir::TypeKind::integer
                                     : money_key ? ir::TypeKind::money
                                                 : ir::TypeKind::number;
  Typed distance =
      dates ? lifted(ir::Op::days_between, plain(distance_kind), span, std::move(origin), std::move(key))
            : lifted(ir::Op::subtract, plain(distance_kind), span, std::move(key), std::move(origin));
  if (money_key && scale.type.kind == ir::TypeKind::number) {
    Typed unit;
    unit.node = constant(Value::of_money(Number(1)), plain(ir::TypeKind::money), span);
    distance =
        lifted(ir::Op::divide, plain(ir::TypeKind::number), span, std::move(distance), std::move(unit));
  }
  Typed further =
      lifted(ir::Op::multiply, plain(scale.type.kind), span, std::move(slope), std::move(distance));
  return lifted(ir::Op::add, plain(scale.type.kind), span, std::move(base), std::move(further));
}

Typed Elaborator::Impl::scale_without_key(uint32_t column, Span span) {
  const ir::Column& target = column_of(column);
  const ir::Entity& table = model_.program.entities[target.entity];
  std::string keys;
  for (const uint32_t key : table.keys) keys += (keys.empty() ? "" : ", ") + column_of(key).name;
  error("T150", span,
        "`" + target.name + "` of the table `" + table.name +
            "` changes along its ranges: a row alone does not say how much it is.",
        "Look it up in one go: `" + table.name + "(" + keys + ")." + target.name + "`.");
  return {};
}

}  // namespace merit
