package dev.webhookdb.integration;

import dev.webhookdb.connector.LoadedResource;
import dev.webhookdb.event.AccountEventType;
import dev.webhookdb.sql.Database;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Changes what was supplied for endpoints. Thread-safe. */
final class SettingChanges {
    private final Database platform;
    private final StoredSettings settings;
    private final Services services;

    SettingChanges(Database platform, StoredSettings settings, Services services) {
        this.platform = platform;
        this.settings = settings;
        this.services = services;
    }

    /**
     * Supplies settings of an endpoint, and forgets others.
     *
     * @param fed what the endpoint feeds
     * @param withdrawn names of settings that are to be as if nobody had supplied them
     * @param check is given what would be sent elsewhere, and throws if that must not be
     * @return what is sent elsewhere from now on
     */
    Diverted change(
            long endpoint,
            List<Integration> fed,
            Map<String, String> supplied,
            List<String> withdrawn,
            Consumer<Diverted> check) {
        List<LoadedResource> resources =
                fed.stream().map(other -> services.resource(other.service())).toList();
        Map<String, String> accepted = Services.accepted(resources, supplied);
        return platform.transaction(session -> {
            // first, because it makes whoever supplies a secret meanwhile wait
            session.sql("update endpoint set resupplied_at = clock_timestamp() where id = :endpoint")
                    .bind("endpoint", endpoint)
                    .execute();
            Map<String, byte[]> stored = StoredSettings.sealed(session, endpoint);
            Map<String, String> given = new LinkedHashMap<>(accepted);
            withdrawn.forEach(name -> given.put(name, null));
            if (!withdrawn.isEmpty()) {
                Map<String, String> left = new HashMap<>(given);
                stored.keySet().forEach(name -> left.putIfAbsent(name, ""));
                left.keySet().removeAll(withdrawn);
                Services.requireComplete(resources, left);
            }
            Diverted diverted = Diverted.by(resources, given, stored, settings::is);
            check.accept(diverted);
            StoredSettings.remove(session, endpoint, diverted.secrets());
            StoredSettings.remove(session, endpoint, withdrawn);
            accepted.entrySet()
                    .removeIf(one ->
                            stored.containsKey(one.getKey()) && settings.is(stored.get(one.getKey()), one.getValue()));
            settings.put(session, endpoint, accepted);
            fed.forEach(one -> Told.integration(session, AccountEventType.INTEGRATION_UPDATED, one));
            return diverted;
        });
    }
}
