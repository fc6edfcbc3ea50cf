package dev.webhookdb.destinations.sqs;

import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationException.Reason;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLException;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;

/**
 * What follows from failures, by their codes.
 *
 * @see <a href="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html">Common errors</a>
 * @see <a href="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html">SendMessageBatch</a>
 */
final class Failures {
    private static final int SERVERS_FAULT = 500;
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;

    private static final Set<String> NO_QUEUE = Set.of(
            "QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue", "QueueDeletedRecently", "InvalidAddress");
    private static final Set<String> WRONG_KEYS = Set.of(
            "InvalidClientTokenId",
            "UnrecognizedClientException",
            "SignatureDoesNotMatch",
            "IncompleteSignature",
            "InvalidAccessKeyId",
            "InvalidSecurity",
            "InvalidSignatureException",
            "MissingAuthenticationToken",
            "AuthFailure");
    private static final Set<String> NO_RIGHTS =
            Set.of("AccessDenied", "AccessDeniedException", "NotAuthorized", "OptInRequired");
    private static final Set<String> WRONG_CLOCK = Set.of("RequestExpired", "RequestTimeTooSkewed");
    private static final Set<String> BUSY = Set.of(
            "RequestThrottled",
            "Throttling",
            "ThrottlingException",
            "ThrottledException",
            "TooManyRequestsException",
            "OverLimit",
            "KmsThrottled",
            "KMS.ThrottlingException",
            "ServiceUnavailable",
            "InternalFailure",
            "InternalError");
    private static final Set<String> UNFIT =
            Set.of("InvalidMessageContents", "InvalidParameterValue", "BatchRequestTooLong", "MessageTooLong");

    private Failures() {}

    /** Explains why a request failed. */
    static DestinationException of(RuntimeException failure) {
        if (failure instanceof AwsServiceException answered) {
            return answered(answered);
        }
        if (failure instanceof ApiCallTimeoutException) {
            return late(failure);
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SSLException) {
                return new DestinationException(
                        Reason.SETTINGS,
                        "No encrypted connection came about. Check the host and its port, and whether its certificate is one that Java trusts.",
                        failure);
            }
            if (cause instanceof Connections.UnencryptedException) {
                return new DestinationException(Reason.SETTINGS, cause.getMessage(), failure);
            }
            if (cause instanceof UnknownHostException) {
                return new DestinationException(
                        Reason.TRANSIENT, "The name of the host leads to no address. Check the URL.", failure);
            }
            if (cause instanceof SocketTimeoutException) {
                return late(failure);
            }
            if (cause instanceof IOException) {
                String why = Optional.ofNullable(cause.getMessage())
                        .map(text -> ": " + text.replaceAll("[.\\s]+$", ""))
                        .orElse("");
                return new DestinationException(
                        Reason.TRANSIENT, "The queue cannot be reached%s.".formatted(why), failure);
            }
        }
        return new DestinationException(Reason.TRANSIENT, "The queue cannot be asked now. It is tried again.", failure);
    }

    private static DestinationException late(RuntimeException failure) {
        return new DestinationException(Reason.TRANSIENT, "The queue did not answer in time.", failure);
    }

    /** Whether an answer says that the queue takes no more for now. */
    static boolean isBusy(AwsServiceException failure) {
        return BUSY.contains(code(failure)) || failure.statusCode() >= SERVERS_FAULT || failure.isThrottlingException();
    }

    private static String code(AwsServiceException failure) {
        return Optional.ofNullable(failure.awsErrorDetails())
                .map(AwsErrorDetails::errorCode)
                .orElse("");
    }

    private static DestinationException answered(AwsServiceException failure) {
        String code = code(failure);
        int status = failure.statusCode();
        if (isBusy(failure)) {
            return new DestinationException(
                    Reason.TRANSIENT, "The queue is busy%s. It is tried again.".formatted(shown(code)), failure);
        }
        if (WRONG_CLOCK.contains(code)) {
            return new DestinationException(
                    Reason.TRANSIENT, "The queue says that the clock of this machine is wrong. Set it right.", failure);
        }
        return settings(code, status)
                .map(sentence -> new DestinationException(Reason.SETTINGS, sentence, failure))
                .orElseGet(() -> new DestinationException(
                        Reason.TRANSIENT,
                        "The queue refused a request with the status %d%s. It is tried again."
                                .formatted(status, shown(code)),
                        failure));
    }

    /** Returns what somebody has to change. */
    private static Optional<String> settings(String code, int status) {
        if (NO_QUEUE.contains(code)) {
            return Optional.of(
                    "There is no such queue. Make it, of the type FIFO, or correct the account, the name and the region in the URL.");
        }
        if (WRONG_KEYS.contains(code)) {
            return Optional.of("The access key and the secret key are not accepted%s. Check them, and the region."
                    .formatted(shown(code)));
        }
        if (code.startsWith("Kms") || code.startsWith("KMS.")) {
            return Optional.of(
                    "The key with which the queue is encrypted may not be used%s. Allow kms:GenerateDataKey and kms:Decrypt."
                            .formatted(shown(code)));
        }
        if (NO_RIGHTS.contains(code) || status == FORBIDDEN || status == UNAUTHORIZED) {
            return Optional.of(
                    "The access key may not use the queue%s. Allow sqs:GetQueueAttributes and sqs:SendMessage."
                            .formatted(shown(code)));
        }
        return code.isEmpty()
                ? Optional.of("What answers is not Amazon SQS. Check the host and the port in the URL.")
                : Optional.empty();
    }

    /**
     * Lets a message pass that may be sent again.
     *
     * @throws DestinationException if it would be refused again
     */
    static void requirePassing(BatchResultErrorEntry failed) throws DestinationException {
        String code = Optional.ofNullable(failed.code()).orElse("");
        if (!Boolean.TRUE.equals(failed.senderFault()) || BUSY.contains(code)) {
            return;
        }
        if (UNFIT.contains(code)) {
            throw new DestinationException(Reason.ROWS, "The queue refuses a row's message%s.".formatted(shown(code)));
        }
        throw new DestinationException(
                Reason.SETTINGS,
                "The queue refuses messages%s. Check its policy, its encryption and its settings."
                        .formatted(shown(code)));
    }

    private static String shown(String code) {
        return code.isEmpty() ? "" : " (" + code + ")";
    }
}
