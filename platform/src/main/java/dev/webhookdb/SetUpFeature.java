package dev.webhookdb;

import dev.webhookdb.api.InfoRoutes;
import dev.webhookdb.api.IntegrationRoutes;
import dev.webhookdb.api.IntegrationSteps;
import dev.webhookdb.api.Operator;
import dev.webhookdb.api.RequestAuthorizer;
import dev.webhookdb.api.RotationRoutes;
import dev.webhookdb.api.StatusRoutes;
import dev.webhookdb.drift.KnownVersions;
import dev.webhookdb.integration.ApiKeys;
import dev.webhookdb.integration.SecretRotation;
import io.helidon.webserver.http.HttpService;
import java.time.Clock;
import java.util.List;

/** Sets integrations up, and shows how they are doing, whatever feeds them. */
record SetUpFeature(
        Ground ground,
        AccountFeature accounts,
        IntegrationFeature integrations,
        IngestFeature ingest,
        BackfillFeature backfills)
        implements Feature {
    @Override
    public List<HttpService> routes(RequestAuthorizer members) {
        Clock clock = Clock.systemUTC();
        IntegrationSteps steps = new IntegrationSteps(
                integrations.setup(), integrations.endpoints(), ground.databases(), ground.publicUrl());
        SecretRotation rotation = new SecretRotation(
                ground.database(), ground.vault(), ground.connectors(), integrations.endpoints(), clock);
        return List.of(
                new IntegrationRoutes(
                        members,
                        ground.database(),
                        integrations.integrations(),
                        integrations.setup(),
                        steps,
                        backfills.answers(),
                        ingest.webhooks(),
                        ground.audit(),
                        integrations::complete),
                new InfoRoutes(
                        members,
                        integrations.integrations(),
                        integrations.setup(),
                        steps,
                        new ApiKeys(ground.database(), ground.vault()),
                        rotation,
                        new KnownVersions(ground.database(), ground.connectors(), integrations.endpoints()),
                        ground.audit()),
                new RotationRoutes(
                        members, integrations.integrations(), rotation, ground.audit(), clock, integrations::complete),
                new StatusRoutes(
                        members,
                        ground.database(),
                        integrations.integrations(),
                        steps,
                        ingest.webhooks(),
                        backfills.answers(),
                        clock),
                new Operator(
                        ground.operator(),
                        accounts.organizations(),
                        ground.databases(),
                        integrations.integrations(),
                        integrations.endpoints(),
                        ground.audit(),
                        ground.publicUrl(),
                        integrations::complete));
    }
}
