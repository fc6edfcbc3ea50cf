package dev.webhookdb.spi;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The version of a provider's API: which one is asked for, and where a webhook says at which it was written.
 *
 * <p>Providers write webhooks at a version that belongs to the place they are sent to, and answer requests at the one that is asked for.
 * Operators are shown both, and are told of a version at which columns are known to be NULL (see {@link Gap}).
 */
public final class ApiVersion {
    /** Where a webhook says its version. */
    public sealed interface Place {
        /** In a header. */
        record Header(String name) implements Place {}

        /** In a field of the body, which is JSON: one of the outermost object, near its beginning, whose value is a string. */
        record Field(String name) implements Place {}
    }

    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    private final String constant;
    private final Optional<Setting> setting;
    private final Optional<Place> place;

    private ApiVersion(String constant, Optional<Setting> setting, Optional<Place> place) {
        this.constant = constant;
        this.setting = setting;
        this.place = place;
    }

    /**
     * Everything is asked for at one version.
     *
     * @param version as the provider writes it, for example {@code 2026-07-29.dahlia}
     * @throws IllegalArgumentException if it is not a {@linkplain #isOne version}
     */
    public static ApiVersion asked(String version) {
        if (!isOne(version)) {
            throw new IllegalArgumentException(
                    "'%s' is no version: it must have 1 to 64 letters, digits, dots, hyphens and underscores"
                            .formatted(version));
        }
        return new ApiVersion(version, Optional.empty(), Optional.empty());
    }

    /** Everything is asked for at the version that is the value of a setting, which has one if the operator leaves it out. */
    public static ApiVersion asked(Setting setting) {
        return new ApiVersion(setting.otherwise().orElse(""), Optional.of(setting), Optional.empty());
    }

    /** Says in which header a webhook has its version. */
    public ApiVersion inHeader(String name) {
        return new ApiVersion(constant, setting, Optional.of(new Place.Header(name)));
    }

    /** Says in which field of its body a webhook has its version: one of the outermost object. */
    public ApiVersion inField(String name) {
        return new ApiVersion(constant, setting, Optional.of(new Place.Field(name)));
    }

    /** Returns the version that is asked for with the operator's settings. */
    public String asked(Settings settings) {
        return setting.filter(settings::has).map(settings::text).orElse(constant);
    }

    /** Returns where a webhook says its version, if it does. */
    public Optional<Place> place() {
        return place;
    }

    /** Returns whether a text can be a version: up to 64 letters, digits, dots, hyphens and underscores. Anybody may write anything else. */
    public static boolean isOne(String text) {
        return FORM.matcher(text).matches();
    }

    @Override
    public String toString() {
        return "ApiVersion[%s, %s]"
                .formatted(
                        setting.map(Setting::name).orElse(constant),
                        place.map(Place::toString).orElse("nowhere"));
    }
}
