package dev.webhookdb.event;

import java.util.Arrays;
import java.util.Optional;

/** What can happen to an account. */
public enum AccountEventType {
    USER_CREATED("user.created", "Somebody who has no account yet was invited, or came to the organization."),
    USER_UPDATED("user.updated", "A member has another name."),
    USER_DELETED("user.deleted", "A member deleted their account; only its id is told."),
    MEMBER_ADDED("team.member.added", "Somebody joined the organization."),
    MEMBER_REMOVED("team.member.removed", "Somebody left the organization, or was removed."),
    MEMBER_ROLE_CHANGED("team.member.role_changed", "A member has another role."),
    PROJECT_CREATED("project.created", "The organization was created."),
    PROJECT_UPDATED("project.updated", "The organization has another name, or was opened again."),
    PROJECT_DELETED("project.deleted", "The organization was closed."),
    INTEGRATION_CREATED("integration.created", "An integration was created."),
    INTEGRATION_UPDATED("integration.updated", "An integration's settings or its table's name became different."),
    INTEGRATION_DELETED("integration.deleted", "An integration was deleted."),
    BACKFILL_SUCCEEDED("backfill.succeeded", "A backfill reached its end."),
    BACKFILL_FAILED("backfill.failed", "A backfill stopped before its end."),
    ENDPOINT_FAILING(
            "endpoint.failing", "Deliveries to a webhook have been failing for so long that it will be disabled."),
    ENDPOINT_DISABLED("endpoint.disabled", "A webhook gets no events any more, because deliveries to it failed."),
    SYNC_FAILING("sync.failing", "No page of an HTTP Sync was acknowledged for an hour, or for a day."),
    WEBHOOKS_REJECTED("webhooks.rejected", "Webhooks of a provider were rejected.");

    private final String text;
    private final String description;

    AccountEventType(String text, String description) {
        this.text = text;
        this.description = description;
    }

    /** Returns the type as it is sent. */
    public String text() {
        return text;
    }

    /** Returns what happened when it is sent: a sentence. */
    public String description() {
        return description;
    }

    /** Returns the type that is sent as this text. */
    public static Optional<AccountEventType> of(String text) {
        return Arrays.stream(values()).filter(type -> type.text.equals(text)).findFirst();
    }
}
