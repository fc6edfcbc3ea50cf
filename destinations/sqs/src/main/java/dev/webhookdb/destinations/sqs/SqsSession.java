package dev.webhookdb.destinations.sqs;

import dev.webhookdb.destinations.sqs.Messages.Message;
import dev.webhookdb.spi.destination.Batch;
import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationException.Reason;
import dev.webhookdb.spi.destination.DestinationSession;
import dev.webhookdb.spi.destination.DestinationTable;
import dev.webhookdb.spi.destination.Standing;
import dev.webhookdb.spi.destination.Start;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A session that sends each state of a row as a message. */
final class SqsSession implements DestinationSession {
    /** How many requests are under way at a time: what one connection sends is limited by how long answers take. */
    private static final int LANES = 8;

    private final Queue queue;
    private final int longest;

    SqsSession(Queue queue, int longest) {
        this.queue = queue;
        this.longest = longest;
    }

    @Override
    public Standing open(DestinationTable table, Start start) {
        return Standing.unknown();
    }

    /**
     * {@inheritDoc}
     *
     * <p>Requests are sent side by side. The order of a key's states is kept all the same: a batch has each key once, and ends when all of it
     * was taken. If it fails, some messages were sent, which are dropped when they are sent again.
     */
    @Override
    public void write(DestinationTable table, Batch batch) throws DestinationException, InterruptedException {
        List<List<Message>> requests = requests(new Messages(table, longest).of(batch.rows()));
        if (requests.size() == 1) {
            sent(requests.getFirst());
            return;
        }
        try (ExecutorService lanes =
                Executors.newFixedThreadPool(LANES, Thread.ofVirtual().factory())) {
            CompletionService<Void> sending = new ExecutorCompletionService<>(lanes);
            requests.forEach(request -> sending.submit(() -> {
                queue.send(request);
                return null;
            }));
            try {
                for (int i = 0; i < requests.size(); i++) {
                    sending.take().get();
                }
            } catch (ExecutionException e) {
                lanes.shutdownNow();
                throw failed(failure(e.getCause()));
            } catch (InterruptedException e) {
                lanes.shutdownNow();
                close();
                throw e;
            }
        }
    }

    private void sent(List<Message> request) throws DestinationException, InterruptedException {
        try {
            queue.send(request);
        } catch (DestinationException e) {
            throw failed(e);
        }
    }

    private DestinationException failed(DestinationException failure) {
        if (failure.reason() != Reason.ROWS) {
            close();
        }
        return failure;
    }

    private static DestinationException failure(Throwable cause) {
        return cause instanceof DestinationException known
                ? known
                : new DestinationException(
                        Reason.TRANSIENT, "The queue did not take the messages. They are sent again.", cause);
    }

    /** Divides messages into those of one request: at most ten, and together as long as the longest one may be. */
    private List<List<Message>> requests(List<Message> messages) {
        List<List<Message>> requests = new ArrayList<>();
        List<Message> request = new ArrayList<>();
        int length = 0;
        for (Message message : messages) {
            if (request.size() == Queue.MOST || length + message.length() > Queue.LONGEST) {
                requests.add(request);
                request = new ArrayList<>();
                length = 0;
            }
            request.add(message);
            length += message.length();
        }
        if (!request.isEmpty()) {
            requests.add(request);
        }
        return requests;
    }

    @Override
    public void close() {
        queue.close();
    }
}
