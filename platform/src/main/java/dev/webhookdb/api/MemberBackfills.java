package dev.webhookdb.api;

import dev.webhookdb.backfill.BackfillJob;
import dev.webhookdb.backfill.Backfills;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.Setup;

/** A member's backfills: begun by hand, thus complete, and watched. Thread-safe. */
public final class MemberBackfills {
    private static final int LOOKED_AT = 100;

    private final Backfills backfills;
    private final Setup setup;

    /** Begins them with the runner of all backfills. */
    public MemberBackfills(Backfills backfills, Setup setup) {
        this.backfills = backfills;
        this.setup = setup;
    }

    /** Refuses what no answer can make possible. */
    void requirePossible(Integration integration) {
        if (setup.resource(integration).backfill().isEmpty()) {
            throw new RefusedException(
                    409,
                    "no_backfill",
                    "The provider has no API that lists what %s holds: it is filled by webhooks only."
                            .formatted(integration.service()));
        }
    }

    /** Begins one, unless one is under way. */
    BackfillJob begin(Integration integration) {
        return Jobs.refusing(() -> backfills.begin(integration, BackfillJob.Cause.USER, false));
    }

    Fields begin(Call call, Integration integration) {
        BackfillJob job = begin(integration);
        return shown(job)
                .with(
                        "message",
                        "The backfill %s of %s is %s.".formatted(job.opaqueId(), integration.table(), Jobs.state(job)));
    }

    Fields show(Call call, Integration integration) {
        String id = call.part("job");
        BackfillJob job = backfills.of(integration, LOOKED_AT).stream()
                .filter(one -> one.opaqueId().equals(id))
                .findFirst()
                .orElseThrow(() -> new RefusedException(
                        403, "forbidden", "%s has no backfill '%s'.".formatted(integration.table(), id)));
        return shown(job).with("message", "");
    }

    private static Fields shown(BackfillJob job) {
        return Jobs.shown(job).with("status", Jobs.state(job));
    }
}
