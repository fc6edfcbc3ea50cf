package dev.webhookdb.benchmarks;

import java.util.concurrent.TimeUnit;

/** How long somebody waits for a plan of configuration files that have a thousand integrations, when there is nothing to do. */
final class PlanMeasurement {
    private static final int ORGANIZATIONS = 10;
    private static final int INTEGRATIONS = 1_000;
    private static final int TURNS = 7;
    private static final String NOTHING_TO_DO = "Everything is as the files say.";

    private final HostProcess host;
    private final Report report;

    PlanMeasurement(HostProcess host, Report report) {
        this.host = host;
        this.report = report;
    }

    void run() {
        String files = files();
        long begun = System.nanoTime();
        host.operator("POST", "/config/apply", files);
        report.figure("config.apply_s", (System.nanoTime() - begun) / 1e9);
        double[] times = new double[TURNS];
        for (int turn = 0; turn < TURNS; turn++) {
            times[turn] = milliseconds(files);
        }
        report.atMost("config.plan_ms, 1,000 integrations", Statistics.median(times), 2_000);
    }

    private double milliseconds(String files) {
        long begun = System.nanoTime();
        String plan = host.operator("POST", "/config/plan", files);
        double milliseconds = (double) (System.nanoTime() - begun) / TimeUnit.MILLISECONDS.toNanos(1);
        if (!plan.contains(NOTHING_TO_DO)) {
            throw new IllegalStateException("What was applied is not what was planned: " + plan);
        }
        return milliseconds;
    }

    /** Returns one file with all organizations, as the operator's interface takes it. */
    private static String files() {
        StringBuilder yaml = new StringBuilder();
        for (int organization = 0; organization < ORGANIZATIONS; organization++) {
            yaml.append("---\\norganization: {key: planned_%d, name: Planned %d}\\nintegrations:\\n"
                    .formatted(organization, organization));
            for (int integration = 0; integration < INTEGRATIONS / ORGANIZATIONS; integration++) {
                yaml.append("  charges-%d: {service: stripe_charge_v1, settings: {webhook_secret: %s}}\\n"
                        .formatted(integration, Measurement.SECRET));
            }
        }
        return "{\"documents\":[{\"name\":\"planned.yaml\",\"yaml\":\"%s\"}],\"prune\":false}".formatted(yaml);
    }
}
