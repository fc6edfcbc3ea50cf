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

/**
 * Compares the tables with the simulator's own state, row by row and column by column.
 *
 * <p>A row that was listed, and about which nothing was heard since, is up to date as of the listing; a customer that was deleted before
 * the listing has no row.
 */
final class Comparison {
    private static final String AS_OF = "updated";

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
        CHARGE_COLUMNS.put(AS_OF, charge -> Optional.of(String.valueOf(charge.asOf())));
        for (String column : List.of("balance", "created", "email", "name", "phone")) {
            CUSTOMER_COLUMNS.put(column, customer -> customer.text(column));
        }
        CUSTOMER_COLUMNS.put(AS_OF, customer -> Optional.of(String.valueOf(customer.asOf())));
        CUSTOMER_COLUMNS.put(
                "extract(epoch from deleted_at)::bigint",
                customer -> Optional.of(customer.asOf())
                        .filter(asOf -> customer.deleted())
                        .map(String::valueOf));
    }

    private final Tables tables;
    private final long listed;

    /** @param listed the second, since the epoch, at whose end the last page had been listed; what came later came by events */
    Comparison(Tables tables, long listed) {
        this.tables = tables;
        this.listed = listed;
    }

    /** What is different; nothing when the tables are right. */
    List<Difference> differences(StripeSimulator account) {
        List<Difference> differences = new ArrayList<>(of(Tables.CHARGES, account.charges(), CHARGE_COLUMNS));
        differences.addAll(of(Tables.CUSTOMERS, account.customers(), CUSTOMER_COLUMNS));
        return differences;
    }

    private List<Difference> of(
            String service,
            Map<String, StripeObject> objects,
            Map<String, Function<StripeObject, Optional<String>>> columns) {
        String table = tables.name(service);
        Map<String, List<String>> rows = tables.columns(service, columns.keySet());
        List<Difference> differences = new ArrayList<>();
        TreeSet<String> surplus = new TreeSet<>(rows.keySet());
        surplus.removeAll(objects.keySet());
        surplus.forEach(id -> differences.add(new Difference(id, table + " has a row that no object has: " + id)));
        objects.values().forEach(object -> {
            List<String> row = rows.get(object.id());
            if (row != null) {
                differences.addAll(ofRow(table, object, row, columns));
            } else if (!object.deleted() || object.asOf() > listed) {
                differences.add(new Difference(object.id(), table + " has no row for " + object.id()));
            }
        });
        tables.idsWithOtherData(service, objects.values())
                .forEach(id ->
                        differences.add(new Difference(id, table + ", " + id + ": data is not the newest object")));
        return differences;
    }

    private List<Difference> ofRow(
            String table,
            StripeObject object,
            List<String> row,
            Map<String, Function<StripeObject, Optional<String>>> columns) {
        List<Difference> differences = new ArrayList<>();
        int index = 0;
        for (Map.Entry<String, Function<StripeObject, Optional<String>>> column : columns.entrySet()) {
            String wanted = column.getValue().apply(object).orElse("");
            String held = row.get(index);
            boolean right = wanted.equals(held) || (column.getKey().equals(AS_OF) && isListingsTime(held, object));
            if (!right) {
                differences.add(new Difference(
                        object.id(),
                        "%s, %s: %s is '%s' instead of '%s'"
                                .formatted(table, object.id(), column.getKey(), held, wanted)));
            }
            index++;
        }
        return differences;
    }

    private boolean isListingsTime(String held, StripeObject object) {
        return !held.isEmpty() && object.asOf() <= Long.parseLong(held) && Long.parseLong(held) <= listed;
    }

    private static Optional<String> nested(StripeObject object, String outer, String inner) {
        return object.members().get(outer) instanceof Map<?, ?> members
                ? Optional.ofNullable(members.get(inner)).map(Object::toString)
                : Optional.empty();
    }

    /**
     * Something that is not right.
     *
     * @param id of the object
     * @param sentence what is wrong
     */
    record Difference(String id, String sentence) {}
}
