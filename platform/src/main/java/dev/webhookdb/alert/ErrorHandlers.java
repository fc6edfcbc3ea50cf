package dev.webhookdb.alert;

import dev.webhookdb.account.Actor;
import dev.webhookdb.account.Audit;
import dev.webhookdb.account.Organization;
import dev.webhookdb.crypto.OpaqueId;
import dev.webhookdb.crypto.Sealer;
import dev.webhookdb.outbound.MaskedUrl;
import dev.webhookdb.outbound.Outbound;
import dev.webhookdb.sql.Database;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Keeps organizations' error handlers. Thread-safe. */
public final class ErrorHandlers {
    private static final int MOST = 20;

    private final Database platform;
    private final Sealer sealer;
    private final Outbound outbound;
    private final Audit audit;

    /** @param outbound refuses addresses that may not be reached */
    public ErrorHandlers(Database platform, Sealer sealer, Outbound outbound, Audit audit) {
        this.platform = platform;
        this.sealer = sealer;
        this.outbound = outbound;
        this.audit = audit;
    }

    /**
     * Adds one.
     *
     * @throws ErrorHandlerException if the URL cannot be used
     */
    public ErrorHandler create(Actor actor, Organization organization, String url) {
        return create(OpaqueId.withPrefix("oeh_"), actor, organization, url);
    }

    /**
     * The same with an id that somebody chose.
     *
     * @param id {@code oeh_...}, which nobody has
     * @throws ErrorHandlerException if the URL cannot be used
     */
    public ErrorHandler create(String id, Actor actor, Organization organization, String url) {
        check(url);
        if (of(organization).size() >= MOST) {
            throw new ErrorHandlerException(
                    "%s has %d error handlers, which is as many as there can be. Delete one first."
                            .formatted(organization.name(), MOST));
        }
        var handler = new ErrorHandler(id, MaskedUrl.of(url));
        platform.run(session -> session.sql("""
                        insert into error_handler (opaque_id, organization_id, sealed_url, created_by)
                        values (:opaque, :organization, :url, :by)""")
                .bind("opaque", handler.opaqueId())
                .bind("organization", organization.id())
                .bind("url", sealer.seal(url.strip()))
                .bind("by", actor.name())
                .execute());
        audit.note(actor, organization.id(), "create error handler", handler.url());
        return handler;
    }

    /**
     * Refuses a URL to which no alert could be sent.
     *
     * @throws ErrorHandlerException if it is such
     */
    public void check(String url) {
        outbound.objection(Target.parse(url).url()).ifPresent(objection -> {
            throw new ErrorHandlerException(objection);
        });
    }

    /** Returns the whole URLs of an organization's, by id, oldest first; they may hold passwords. */
    public Map<String, String> urls(Organization organization) {
        Map<String, String> urls = new LinkedHashMap<>();
        platform.run(session -> session.sql(
                        "select opaque_id, sealed_url from error_handler where organization_id = :organization order by id")
                .bind("organization", organization.id())
                .list(row -> urls.put(row.text("opaque_id"), sealer.open(row.bytes("sealed_url")))));
        return urls;
    }

    /** Returns an organization's, oldest first. */
    public List<ErrorHandler> of(Organization organization) {
        return urls(organization).entrySet().stream()
                .map(one -> new ErrorHandler(one.getKey(), MaskedUrl.of(one.getValue())))
                .toList();
    }

    /**
     * Has alerts sent elsewhere, those that wait among them.
     *
     * @throws ErrorHandlerException if the URL cannot be used
     */
    public void replace(Actor actor, Organization organization, String opaqueId, String url) {
        check(url);
        platform.run(session -> session.sql(
                        "update error_handler set sealed_url = :url where opaque_id = :opaque and organization_id = :organization")
                .bind("url", sealer.seal(url.strip()))
                .bind("opaque", opaqueId)
                .bind("organization", organization.id())
                .execute());
        audit.note(actor, organization.id(), "update error handler", MaskedUrl.of(url));
    }

    /** Deletes one, and what was not delivered to it yet; returns it, or nothing if there is no such. */
    public Optional<ErrorHandler> delete(Actor actor, Organization organization, String opaqueId) {
        Optional<ErrorHandler> found = of(organization).stream()
                .filter(handler -> handler.opaqueId().equals(opaqueId))
                .findFirst();
        found.ifPresent(handler -> {
            platform.run(session -> session.sql("delete from error_handler where opaque_id = :opaque")
                    .bind("opaque", opaqueId)
                    .execute());
            audit.note(actor, organization.id(), "delete error handler", handler.url());
        });
        return found;
    }
}
