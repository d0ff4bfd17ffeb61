"""Hanging transactions: nobody would end them, and readers of what is committed stop before them.

Apache Kafka 4.3 as a single node, killed and started again, takes up the transactions of its log before it knows that
it leads the partitions, takes those for deleted, and notes the transactions as ended without ending them there.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from kafka import KafkaAdminClient, TopicPartition
from kafka.admin import AbortTransactionSpec
from kafka.errors import AuthorizationError, UnsupportedVersionError


def end_hanging(
    client: KafkaAdminClient, transactional_id: str, partitions: Sequence[TopicPartition], say: Callable[[str], Any]
) -> None:
    """Undo what `transactional_id` has left open in partitions; call it when nothing of that id can be open, right
    after `init_transactions`.

    `say` is given a line for each. Where the broker does not let us look, nothing is done.
    """
    with suppress(AuthorizationError, UnsupportedVersionError):
        owner = client.describe_transactions([transactional_id])[transactional_id].producer_id
        for partition, state in client.describe_producers(list(partitions)).items():
            for each in state.active_producers:
                if each.producer_id == owner and each.current_transaction_start_offset >= 0:
                    # a marker of an older coordinator than the partition has met is refused, so name that one
                    epochs = each.producer_epoch, each.coordinator_epoch
                    client.abort_transaction(AbortTransactionSpec(partition, owner, *epochs))
                    place = f"{partition.topic}, partition {partition.partition}"
                    say(f"{place}: undid a transaction that the broker had left open; it is done again")
