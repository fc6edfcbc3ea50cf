package dev.webhookdb.cli;

import java.util.Optional;

/**
 * A server, who asks it, and what is remembered about it.
 *
 * @param token nobody in particular without it
 */
record Connection(Api api, Optional<Token> token, Preferences preferences) {
    Preferences.Saved saved() {
        return preferences.of(api.base());
    }

    /** Makes an organization the one that is meant where none is named. */
    void activate(Preferences.Organization organization) {
        preferences.save(api.base(), saved().withOrganization(organization));
    }

    /** The number of the organization that is meant where none is named. */
    String activeOrganization() {
        return Optional.of(saved())
                .filter(saved -> token.stream().noneMatch(Token::ofOneOrganization))
                .flatMap(Preferences.Saved::organization)
                .map(Preferences.Organization::id)
                .orElseGet(this::defaultOrganization);
    }

    private String defaultOrganization() {
        String id = api.get("/v1/me").at("default_organization").text("id");
        if (id.isEmpty()) {
            throw Failure.ofUsage("Which organization? Name it with --org, or choose one with 'webhookdb org activate';"
                    + " 'webhookdb org list' shows them.");
        }
        return id;
    }
}
