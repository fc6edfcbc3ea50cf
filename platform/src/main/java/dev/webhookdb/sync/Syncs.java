package dev.webhookdb.sync;

/** HTTP Sync as a whole: keeps targets, makes pages of what changed, and sends them. Thread-safe. */
public final class Syncs implements AutoCloseable {
    private final SyncTargets targets;

    private Syncs(SyncTargets targets) {
        this.targets = targets;
    }

    /** Who is sent what. */
    public SyncTargets targets() {
        return targets;
    }

    @Override
    public void close() {}
}
