package dev.webhookdb.demo;

import dev.webhookdb.testkit.simulator.StripeObject;
import dev.webhookdb.testkit.simulator.StripeSimulator;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;

/** Compares the tables with the simulator's own state, row by row and column by column. */
final class Comparison {
    private static final Map<String, Function<StripeObject, Optional<String>>> CHARGE_COLUMNS = new LinkedHashMap<>();
    private static final Map<String, Function<StripeObject, Optional<String>>> CUSTOMER_COLUMNS = new LinkedHashMap<>();

    static {
        for (String column : List.of("amount", "balance_transaction", "created", "receipt_email", "status")) {
            CHARGE_COLUMNS.put(column, charge -> charge.text(column));
        }
        CHARGE_COLUMNS.put("customer_id", charge -> charge.text("customer"));
        CHARGE_COLUMNS.put("invoice_id", charge -> charge.text("invoice"));
        CHARGE_COLUMNS.put("billing_email", charge -> nested(charge, "billing_details", "email"));
        CHARGE_COLUMNS.put("payment_type", charge -> nested(charge, "payment_method_details", "type"));
        CHARGE_COLUMNS.put("updated", charge -> Optional.of(String.valueOf(charge.asOf())));
        for (String column : List.of("balance", "created", "email", "name", "phone")) {
            CUSTOMER_COLUMNS.put(column, customer -> customer.text(column));
        }
        CUSTOMER_COLUMNS.put("updated", customer -> Optional.of(String.valueOf(customer.asOf())));
        CUSTOMER_COLUMNS.put(
                "extract(epoch from deleted_at)::bigint",
                customer -> Optional.of(customer.asOf())
                        .filter(asOf -> customer.deleted())
                        .map(String::valueOf));
    }

    private Comparison() {}

    /** A sentence for each difference; none when the tables are right. */
    static List<String> differences(StripeSimulator account, Tables tables) {
        List<String> differences = new ArrayList<>(of(tables, Tables.CHARGES, account.charges(), CHARGE_COLUMNS));
        differences.addAll(of(tables, Tables.CUSTOMERS, account.customers(), CUSTOMER_COLUMNS));
        return differences;
    }

    private static List<String> of(
            Tables tables,
            String service,
            Map<String, StripeObject> objects,
            Map<String, Function<StripeObject, Optional<String>>> columns) {
        Map<String, List<String>> rows = tables.columns(service, columns.keySet());
        List<String> differences = new ArrayList<>();
        TreeSet<String> surplus = new TreeSet<>(rows.keySet());
        surplus.removeAll(objects.keySet());
        surplus.forEach(id -> differences.add(tables.name(service) + " has a row that no object has: " + id));
        objects.values().forEach(object -> {
            List<String> row = rows.get(object.id());
            if (row == null) {
                differences.add(tables.name(service) + " has no row for " + object.id());
            } else {
                differences.addAll(ofRow(tables.name(service), object, row, columns));
            }
        });
        tables.idsWithOtherData(service, objects.values())
                .forEach(id -> differences.add(tables.name(service) + ", " + id + ": data is not the newest object"));
        return differences;
    }

    private static List<String> ofRow(
            String table,
            StripeObject object,
            List<String> row,
            Map<String, Function<StripeObject, Optional<String>>> columns) {
        List<String> differences = new ArrayList<>();
        int index = 0;
        for (Map.Entry<String, Function<StripeObject, Optional<String>>> column : columns.entrySet()) {
            String wanted = column.getValue().apply(object).orElse("");
            String held = row.get(index);
            if (!wanted.equals(held)) {
                differences.add("%s, %s: %s is '%s' instead of '%s'"
                        .formatted(table, object.id(), column.getKey(), held, wanted));
            }
            index++;
        }
        return differences;
    }

    private static Optional<String> nested(StripeObject object, String outer, String inner) {
        return object.members().get(outer) instanceof Map<?, ?> members
                ? Optional.ofNullable(members.get(inner)).map(Object::toString)
                : Optional.empty();
    }
}
