package dev.webhookdb.destinations.sqs;

import dev.webhookdb.spi.Json;
import dev.webhookdb.testkit.JsonReading;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;

/** Takes what is in a queue, as a consumer does. */
final class Reader {
    private Reader() {}

    /** What a consumer gets. */
    record Received(String group, String body) {
        /** Returns what the body has under a name; empty if it has nothing there. */
        Optional<Json> field(String name) {
            return Optional.ofNullable(
                    ((Json.Obj) JsonReading.read(body)).fields().get(name));
        }

        String text(String name) {
            return ((Json.Str) field(name).orElseThrow()).value();
        }

        boolean truth(String name) {
            return ((Json.Bool) field(name).orElseThrow()).value();
        }

        long change() {
            return ((Json.Num) field("change").orElseThrow()).value().longValueExact();
        }
    }

    /** Takes all messages that are there, in the order in which they come. */
    static List<Received> take(ElasticMq server, String queue) {
        SqsClient client = server.client();
        String url = client.getQueueUrl(request -> request.queueName(queue)).queueUrl();
        List<Received> all = new ArrayList<>();
        while (true) {
            List<Message> some = client.receiveMessage(request -> request.queueUrl(url)
                            .maxNumberOfMessages(10)
                            .messageSystemAttributeNames(MessageSystemAttributeName.MESSAGE_GROUP_ID))
                    .messages();
            if (some.isEmpty()) {
                return all;
            }
            some.forEach(one -> all.add(
                    new Received(one.attributes().get(MessageSystemAttributeName.MESSAGE_GROUP_ID), one.body())));
            client.deleteMessageBatch(request -> request.queueUrl(url)
                    .entries(some.stream()
                            .map(one -> DeleteMessageBatchRequestEntry.builder()
                                    .id(one.messageId())
                                    .receiptHandle(one.receiptHandle())
                                    .build())
                            .toList()));
        }
    }
}
