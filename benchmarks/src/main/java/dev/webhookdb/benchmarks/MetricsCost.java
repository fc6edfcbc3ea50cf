package dev.webhookdb.benchmarks;

import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * What measuring costs: the host's processor time for each acknowledged webhook, with metrics and without, in turns of the same run. The
 * medians are compared, because one turn in which somebody else was busy says nothing.
 */
final class MetricsCost {
    private static final int TURNS = 5;
    private static final int CONNECTIONS = 16;
    private static final int WARM_UP_SECONDS = 5;

    private final Function<Boolean, HostProcess> start;
    private final Function<HostProcess, Measurement.Made> integrate;
    private final int seconds;
    private final Report report;
    private long next = 1;

    /**
     * @param start starts the same host with metrics, or without
     * @param integrate makes an organization and an endpoint
     */
    MetricsCost(
            Function<Boolean, HostProcess> start,
            Function<HostProcess, Measurement.Made> integrate,
            int seconds,
            Report report) {
        this.start = start;
        this.integrate = integrate;
        this.seconds = seconds;
        this.report = report;
    }

    void run() {
        String endpoint;
        try (HostProcess host = start.apply(true)) {
            endpoint = integrate.apply(host).endpoint();
        }
        double[] on = new double[TURNS];
        double[] off = new double[TURNS];
        for (int turn = 0; turn < TURNS; turn++) {
            on[turn] = microseconds(true, endpoint);
            off[turn] = microseconds(false, endpoint);
        }
        report.figure("metrics.on_us_per_webhook", Statistics.median(on));
        report.figure("metrics.off_us_per_webhook", Statistics.median(off));
        report.atMost("metrics.on / metrics.off", Statistics.median(on) / Statistics.median(off), 1.01);
    }

    private double microseconds(boolean measured, String endpoint) {
        try (HostProcess host = start.apply(measured)) {
            load(host, endpoint, WARM_UP_SECONDS);
            double before = Cpu.now(host.pid()).host();
            long acknowledged = load(host, endpoint, Math.max(5, seconds));
            return (Cpu.now(host.pid()).host() - before) * 1e6 / acknowledged;
        }
    }

    private long load(HostProcess host, String endpoint, int time) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(time);
        long acknowledged = new HttpLoad(host.port(), "/v1/service_integrations/" + endpoint, Measurement.SECRET, "m")
                .run(CONNECTIONS, next, number -> System.nanoTime() < end);
        next += acknowledged + CONNECTIONS;
        return acknowledged;
    }
}
