package dev.webhookdb.api;

import dev.webhookdb.declare.Kind;
import dev.webhookdb.declare.Ownership;
import dev.webhookdb.declare.Ownership.Owned;
import dev.webhookdb.integration.Integration;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps people from changing by hand what files own, because it would be undone the next time that files are applied. Who knows that sends
 * the header {@code Webhookdb-Force: true}. Thread-safe.
 */
public final class OwnedByFiles {
    private static final HeaderName FORCE = HeaderNames.create("Webhookdb-Force");

    private final Ownership ownership;

    /** Looks what files own. */
    public OwnedByFiles(Ownership ownership) {
        this.ownership = ownership;
    }

    /**
     * Refuses a change of something that a file owns.
     *
     * @param id tells it from others of its kind in the caller's organization
     */
    void refuse(Call call, Kind kind, String id) {
        if (!isForced(call)) {
            ownership.of(call.organization().id(), kind, id).ifPresent(OwnedByFiles::refuse);
        }
    }

    /** The same of an integration, whose endpoint it is that a file owns. */
    void refuse(Call call, Integration integration) {
        if (!isForced(call)) {
            ownership.ofEndpoint(integration.endpointId()).ifPresent(OwnedByFiles::refuse);
        }
    }

    /** Returns the file that owns an integration's endpoint; empty if none does. */
    Optional<String> file(Integration integration) {
        return ownership.ofEndpoint(integration.endpointId()).map(Owned::file);
    }

    /** Returns the file that owns something of the caller's organization; empty if none does. */
    Optional<String> file(Call call, Kind kind, String id) {
        return ownership.of(call.organization().id(), kind, id).map(Owned::file);
    }

    /** Returns the files that own things of a kind in the caller's organization, by the id of the thing. */
    Map<String, String> files(Call call, Kind kind) {
        return ownership.files(call.organization().id(), kind);
    }

    /** Returns the files that own integrations' endpoints in the caller's organization, by the endpoint. */
    Map<Long, String> filesOfEndpoints(Call call) {
        return ownership.filesOfEndpoints(call.organization().id());
    }

    private static boolean isForced(Call call) {
        return call.request()
                .headers()
                .first(FORCE)
                .filter("true"::equalsIgnoreCase)
                .isPresent();
    }

    private static void refuse(Owned owned) {
        throw new ApiException(
                409,
                "owned_by_file",
                "%s says what this %s (%s) is, and would undo the change: change it there, or do it all the same with --force."
                        .formatted(owned.file(), owned.kind().noun(), owned.name()));
    }
}
