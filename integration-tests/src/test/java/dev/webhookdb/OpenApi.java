package dev.webhookdb;

import dev.webhookdb.spi.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The OpenAPI document that a host serves. */
record OpenApi(Json json) {
    private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");

    /**
     * An operation.
     *
     * @param role that it takes: one of the organization's, or {@code person}, {@code operator}, {@code key}, {@code none}
     */
    record Operation(String method, String path, String id, String role) {
        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    static OpenApi of(RunningHost host) {
        return new OpenApi(host.call("GET", "/openapi", new byte[0], Map.of("Accept", "application/json"))
                .json());
    }

    List<Operation> operations() {
        List<Operation> operations = new ArrayList<>();
        fields(json.at("paths"))
                .forEach((path, item) -> fields(item).forEach((method, operation) -> {
                    if (METHODS.contains(method)) {
                        operations.add(new Operation(
                                method.toUpperCase(Locale.ROOT),
                                path,
                                operation.text("operationId").orElseThrow(),
                                operation.text("x-role").orElseThrow()));
                    }
                }));
        return operations;
    }

    private static Map<String, Json> fields(Json json) {
        return json instanceof Json.Obj(Map<String, Json> fields) ? fields : Map.of();
    }
}
