package dev.webhookdb.observe;

import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** What outgoing requests tell. Thread-safe. */
public final class OutboundMetrics {
    private static final int MOST_HOSTS = 50;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|.*:.*");

    private final Metrics metrics;
    private final BoundedLabel hosts = new BoundedLabel(MOST_HOSTS);

    OutboundMetrics(Metrics metrics) {
        this.metrics = metrics;
    }

    /**
     * Notes a request to a provider.
     *
     * @param host its name or address; what tells tenants apart, such as the shop's name before {@code myshopify.com}, is left out
     * @param status of the answer; empty if there was none
     */
    public void provider(String host, Optional<Integer> status, long nanoseconds) {
        record(hosts.of(domain(host)), status, nanoseconds);
    }

    /** Notes a request to an address that a tenant gave, and that must not be told. */
    public void errorHandler(Optional<Integer> status, long nanoseconds) {
        record("error-handler", status, nanoseconds);
    }

    /** Notes a request to an endpoint that a tenant gave, and that must not be told. */
    public void endpoint(Optional<Integer> status, long nanoseconds) {
        record("endpoint", status, nanoseconds);
    }

    private void record(String host, Optional<Integer> status, long nanoseconds) {
        metrics.timer(
                        Metric.OUTBOUND_REQUESTS,
                        host,
                        status.map(OutboundMetrics::label).orElse("none"))
                .record(nanoseconds, TimeUnit.NANOSECONDS);
    }

    /** The last two parts of a name. */
    static String domain(String host) {
        if (ADDRESS.matcher(host).matches()) {
            return "address";
        }
        String name = host.toLowerCase(Locale.ROOT);
        int last = name.lastIndexOf('.');
        return last < 0 ? name : name.substring(name.lastIndexOf('.', last - 1) + 1);
    }

    private static String label(int status) {
        return status == TOO_MANY_REQUESTS ? "429" : Math.clamp(status / 100, 1, 9) + "xx";
    }
}
