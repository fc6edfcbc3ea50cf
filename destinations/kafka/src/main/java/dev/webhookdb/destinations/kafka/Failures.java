package dev.webhookdb.destinations.kafka;

import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationException.Reason;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;

/** What follows from the client's failures. */
final class Failures {
    private Failures() {}

    static DestinationException of(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof AuthenticationException) {
                return new DestinationException(
                        Reason.SETTINGS,
                        "The cluster does not accept the user, the password, the mechanism or the kind of connection. Check the URL.",
                        failure);
            }
            if (cause instanceof AuthorizationException) {
                return new DestinationException(
                        Reason.SETTINGS,
                        "The user may not do that. He has to be allowed to write and describe the topic, to create it, to use transactions, and to read with the group.",
                        failure);
            }
            if (cause instanceof RecordTooLargeException) {
                return new DestinationException(
                        Reason.ROWS, "A row is longer than the topic's max.message.bytes lets it be.", failure);
            }
            if (cause instanceof InvalidTopicException) {
                return new DestinationException(
                        Reason.TABLE, "The cluster does not take the topic's name. Choose another one.", failure);
            }
        }
        return new DestinationException(
                Reason.TRANSIENT, "The cluster cannot do that now. It is tried again.", failure);
    }
}
