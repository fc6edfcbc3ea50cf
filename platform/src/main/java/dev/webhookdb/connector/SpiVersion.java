package dev.webhookdb.connector;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A version of the SPI. Within a major version, later minors only add. */
record SpiVersion(int major, int minor) {
    /** What this host offers. */
    static final SpiVersion OFFERED = new SpiVersion(1, 0);

    private static final Pattern FORM = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})");

    /** Reads what a manifest says. */
    static SpiVersion parse(PluginKind<?> kind, String text) throws LoadProblem {
        Matcher form = FORM.matcher(text.strip());
        if (!form.matches()) {
            throw new LoadProblem(
                    "Its manifest gives the SPI version as '%s'.".formatted(text),
                    "Write %s as major.minor, for example %s.".formatted(kind.spiVersionAttribute(), OFFERED));
        }
        return new SpiVersion(Integer.parseInt(form.group(1)), Integer.parseInt(form.group(2)));
    }

    /** Refuses what was built for a version which this host cannot serve. */
    void requireOffered(PluginKind<?> kind) throws LoadProblem {
        if (major < OFFERED.major) {
            throw new LoadProblem(
                    "It was built for SPI %s, which this host no longer offers: it offers %s.".formatted(this, OFFERED),
                    "Install a newer release of the %s.".formatted(kind.noun()));
        }
        if (major > OFFERED.major || minor > OFFERED.minor) {
            throw new LoadProblem(
                    "It was built for SPI %s; this host offers %s.".formatted(this, OFFERED),
                    "Upgrade the host, or install a release of the %s that was built for SPI %s."
                            .formatted(kind.noun(), OFFERED));
        }
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
