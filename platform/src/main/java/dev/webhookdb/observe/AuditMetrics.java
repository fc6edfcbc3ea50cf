package dev.webhookdb.observe;

/** What the auditor tells of all hosts' webhooks. Thread-safe. */
public final class AuditMetrics {
    private volatile long lost;
    private volatile long surplus;

    AuditMetrics(Metrics metrics) {
        metrics.gauge(Metric.LOST_WEBHOOKS, this, known -> known.lost);
        metrics.gauge(Metric.SURPLUS_WEBHOOKS, this, known -> known.surplus);
    }

    /**
     * Replaces what is told.
     *
     * @param lostWebhooks how many were acknowledged and are missing
     * @param surplusWebhooks how many more there are than came
     */
    public void replace(long lostWebhooks, long surplusWebhooks) {
        lost = lostWebhooks;
        surplus = surplusWebhooks;
    }
}
