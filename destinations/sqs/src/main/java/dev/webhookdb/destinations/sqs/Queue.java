package dev.webhookdb.destinations.sqs;

import dev.webhookdb.destinations.sqs.Messages.Message;
import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationException.Reason;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.defaultsmode.DefaultsMode;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;

/** A queue, and what is asked of it. Safe for use by many threads; any may close it. */
final class Queue implements AutoCloseable {
    /** How many messages a request may have. */
    static final int MOST = 10;

    /** How many bytes the bodies of a request may have together. Amazon takes more since 2025, what else speaks the protocol may not. */
    static final int LONGEST = 256 * 1024;

    /** How often the SDK tries a request; a queue that is busy is asked again for as long as there is time. */
    private static final int ATTEMPTS = 4;

    private static final long FIRST_WAIT_MILLISECONDS = 100;
    private static final long LONGEST_WAIT_MILLISECONDS = 2_000;

    private final String url;
    private final Duration timeout;
    private final SdkHttpClient http;
    private final SqsClient client;

    Queue(Address address, SdkHttpClient http, Duration timeout) {
        this.url = address.queueUrl();
        this.timeout = timeout;
        this.http = http;
        this.client = SqsClient.builder()
                .region(Region.of(address.region()))
                .endpointOverride(address.endpoint())
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(address.accessKey(), address.secretKey())))
                .defaultsMode(DefaultsMode.STANDARD)
                .dualstackEnabled(false)
                .fipsEnabled(false)
                .httpClient(http)
                .overrideConfiguration(settings -> settings.defaultProfileFile(
                                ProfileFile.aggregator().build())
                        .defaultProfileName("default")
                        .apiCallTimeout(timeout)
                        .retryStrategy(AwsRetryStrategy.standardRetryStrategy().toBuilder()
                                .maxAttempts(ATTEMPTS)
                                .build()))
                .build();
    }

    /** Asks the queue how long a message may be, in bytes, and thus whether it is there and lets in. */
    int longestMessage() throws DestinationException, InterruptedException {
        Map<QueueAttributeName, String> attributes = answer(sqs -> sqs.getQueueAttributes(
                        request -> request.queueUrl(url).attributeNames(QueueAttributeName.MAXIMUM_MESSAGE_SIZE)))
                .attributes();
        return Optional.ofNullable(attributes.get(QueueAttributeName.MAXIMUM_MESSAGE_SIZE))
                .map(said -> Math.min(Integer.parseInt(said), LONGEST))
                .orElse(LONGEST);
    }

    /**
     * Sends messages of different groups, and again those that the queue did not take, until it has all of them.
     *
     * @param messages at most {@value #MOST}, together of at most {@value #LONGEST} bytes
     */
    void send(List<Message> messages) throws DestinationException, InterruptedException {
        long begun = System.nanoTime();
        long wait = FIRST_WAIT_MILLISECONDS;
        List<Message> left = messages;
        while (true) {
            left = refused(left);
            if (left.isEmpty()) {
                return;
            }
            if (System.nanoTime() - begun > timeout.toNanos()) {
                throw new DestinationException(
                        Reason.TRANSIENT,
                        "The queue did not take %d messages within %s. They are sent again."
                                .formatted(left.size(), timeout));
            }
            TimeUnit.MILLISECONDS.sleep(wait);
            wait = Math.min(wait * 2, LONGEST_WAIT_MILLISECONDS);
        }
    }

    /**
     * Sends messages.
     *
     * @return those that the queue did not take, in their order
     */
    private List<Message> refused(List<Message> messages) throws DestinationException, InterruptedException {
        List<BatchResultErrorEntry> failed;
        try {
            failed = answer(sqs -> sqs.sendMessageBatch(
                            request -> request.queueUrl(url).entries(entries(messages))))
                    .failed();
        } catch (DestinationException e) {
            if (e.getCause() instanceof AwsServiceException answered && Failures.isBusy(answered)) {
                return messages;
            }
            throw e;
        }
        for (BatchResultErrorEntry one : failed) {
            Failures.requirePassing(one);
        }
        return failed.stream()
                .map(one -> Integer.parseInt(one.id()))
                .sorted()
                .map(messages::get)
                .toList();
    }

    /** Returns messages as a request has them, each with its place as its id. */
    private static List<SendMessageBatchRequestEntry> entries(List<Message> messages) {
        return IntStream.range(0, messages.size())
                .mapToObj(i -> SendMessageBatchRequestEntry.builder()
                        .id(Integer.toString(i))
                        .messageGroupId(messages.get(i).group())
                        .messageDeduplicationId(messages.get(i).id())
                        .messageBody(messages.get(i).body())
                        .build())
                .toList();
    }

    private <T> T answer(Function<SqsClient, T> request) throws DestinationException, InterruptedException {
        try {
            return request.apply(client);
        } catch (AbortedException e) {
            Thread.interrupted();
            throw interrupted(e);
        } catch (RuntimeException e) {
            if (Thread.interrupted()) {
                throw interrupted(e);
            }
            throw Failures.of(e);
        }
    }

    private static InterruptedException interrupted(RuntimeException cause) {
        var interrupted = new InterruptedException("Interrupted while the queue was waited for");
        interrupted.initCause(cause);
        return interrupted;
    }

    /** Ends it, and requests that are under way. */
    @Override
    public void close() {
        http.close();
        client.close();
    }
}
