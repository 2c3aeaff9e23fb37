/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class PartitionScheduleTest {

    private static final ScaledWait HORIZON_100 = new ScaledWait(100, 1);

    private static final ScaledWait HORIZON_4S = new ScaledWait(4_000, 1);
    private static final Ladder LADDER = Ladder.upTo(60_000, 4_000);

    private final List<Action<Message>> said = new ArrayList<>();

    @Test
    void releasesNothingBeforeItsDueTime() {
        PartitionSchedule<Message, Message> schedule = schedule(HORIZON_100);
        offer(schedule, new Message(0, 1_000, 50), 1_000);

        assertThat(schedule.nextRelease()).extracting(Entry::dueMs).isEqualTo(1_050L);
        assertThat(schedule.release(1_049)).isNull();
        assertThat(schedule.release(1_050)).isInstanceOf(Action.Deliver.class);
        assertThat(schedule.nextRelease()).isNull();
    }

    @Test
    void holdsAWaitAsLongAsTheHorizonAndRefusesALongerOne() {
        PartitionSchedule<Message, Message> schedule = schedule(HORIZON_100);
        offer(schedule, new Message(0, 1_000, 100), 1_000);
        offer(schedule, new Message(1, 1_000, 101), 1_000);

        assertThat(schedule.held()).isEqualTo(1);
        assertThat(said.get(0))
                .isInstanceOf(Action.Hold.class)
                .satisfies(hold -> assertThat(hold.progress()).isEqualTo(progress(1, 0, 0, -1, "100/1")));
        assertThat(said.get(1)).isInstanceOfSatisfying(Action.TooFar.class, tooFar -> {
            assertThat(tooFar.entry().offset()).isEqualTo(1);
            assertThat(tooFar.waitMs()).isEqualTo(101);
            assertThat(tooFar.limit()).isEqualTo(new Limit("horizon", 100));
            assertThat(tooFar.progress()).isEqualTo(progress(2, 0, 0, -1, "100/1"));
        });
    }

    @Test
    void deliversALongerWaitThatIsOver() {
        PartitionSchedule<Message, Message> schedule = schedule(HORIZON_100);

        offer(schedule, new Message(0, 1_000, 101), 1_101);

        assertThat(said).singleElement().isInstanceOf(Action.Deliver.class);
    }

    @Test
    void refusesARecordWhoseDueTimeCannotBeKept() {
        PartitionSchedule<Message, Message> schedule = schedule(HORIZON_100);

        offer(schedule, new Message(0, 1_000, -1), 1_000);

        assertThat(said).singleElement().isInstanceOf(Action.Refuse.class);
    }

    @Test
    void saysWithEachActionHowFarThePartitionHasCome() {
        PartitionSchedule<Message, Message> schedule = schedule(HORIZON_100);
        offer(schedule, new Message(3, 1_000, 50), 1_000);
        offer(schedule, new Message(4, 1_000, 20), 1_000);
        offer(schedule, new Message(5, 1_000, 50), 1_000);

        assertThat(release(schedule, 1_050).progress()).isEqualTo(progress(6, 3, 1_020, 4, "100/1"));
        assertThat(release(schedule, 1_050).progress()).isEqualTo(progress(6, 5, 1_050, 3, "100/1"));
        assertThat(release(schedule, 1_050).progress()).isEqualTo(progress(6, 6, 1_050, 5, "100/1"));
    }

    @Test
    void deliversALateRecordAtOnceAndKeepsTheOrder() {
        PartitionSchedule<Message, Message> schedule = schedule(HORIZON_100);
        offer(schedule, new Message(0, 1_000, 50), 1_050);

        offer(schedule, new Message(1, 1_000, 20), 1_060);

        assertThat(said).hasSize(2);
        assertThat(said.get(1).progress()).isEqualTo(progress(2, 2, 1_050, 0, "100/1"));
    }

    @Test
    void waitsWithAPartitionWhoseClockSteppedBack() {
        PartitionSchedule<Message, Message> schedule = schedule(HORIZON_100);
        offer(schedule, new Message(0, 1_000, 50), 1_050);
        Message late = new Message(1, 1_000, 40);

        assertThat(schedule.offer(1, late, 2, 1_039, said::add)).isFalse();
        assertThat(schedule.headWaitsUntilMs()).isEqualTo(1_040);
        assertThat(schedule.progress().next()).isEqualTo(1);
        assertThat(schedule.offer(1, late, 2, 1_040, said::add)).isTrue();
        assertThat(said).hasSize(2);
    }

    @Test
    void restoresHeldRecordsBeforeItReleasesAny() {
        PartitionSchedule<Message, Message> schedule =
                new PartitionSchedule<>(HORIZON_100.policies(), Ladder.none(), progress(5, 2, 1_050, 3, "100/1"));
        Message held = new Message(2, 1_000, 60);
        Message releasedBefore = new Message(3, 1_000, 50);

        offer(schedule, held, 2_000);
        offer(schedule, releasedBefore, 2_000);

        assertThat(schedule.isReplaying()).isTrue();
        assertThat(schedule.release(2_000)).isNull();
        assertThat(schedule.nextRelease()).isNull();
        assertThat(schedule.reread()).isEqualTo(2);
        assertThat(schedule.next()).isEqualTo(5);
        schedule.readUpTo(5);
        assertThat(schedule.isReplaying()).isFalse();
        assertThat(release(schedule, 2_000).entry().message()).isEqualTo(held);
        assertThat(schedule.held()).isZero();
        assertThat(said).isEmpty();
    }

    @Test
    void readsOnUnderNewSettingsWhileRecordsHeldUnderOthersWait() {
        PartitionSchedule<Message, Message> schedule =
                new PartitionSchedule<>(HORIZON_100.policies(), Ladder.none(), progress(1, 0, 0, -1, "100/3"));
        offer(schedule, new Message(0, 1_000, 10), 1_000);

        offer(schedule, new Message(1, 1_000, 10), 1_000);
        offer(schedule, new Message(2, 1_000, 0), 1_000);

        assertThat(said.get(1)).isInstanceOf(Action.Deliver.class);
        Progress both = said.get(1).progress();
        assertThat(both.settings()).isEqualTo("100/1");
        assertThat(both.earlier()).containsExactly(new Progress.Earlier(1, 0, -1, "100/3"));
        assertThat(both.low()).isZero();
        assertThat(release(schedule, 1_010).entry().offset()).isEqualTo(1);
        assertThat(schedule.release(1_029)).isNull();
        assertThat(release(schedule, 1_030).progress()).isEqualTo(progress(3, 3, 1_010, 1, "100/1"));
    }

    @Test
    void remembersWhereTheRecordsOfALeaderEnd() {
        PartitionSchedule<Message, Message> schedule =
                new PartitionSchedule<>(HORIZON_100.policies(), Ladder.none(), Progress.from(0, "100/1"));

        schedule.offer(0, 4, new Message(0, 1_000, 0), 3, 2_000, action -> {});
        assertThat(schedule.progress().epoch()).isEqualTo(4);
        assertThat(schedule.progress().epochEnd()).isEqualTo(1);
        schedule.readUpTo(9);
        assertThat(schedule.progress().next()).isEqualTo(9);
        assertThat(schedule.progress().epochEnd()).isEqualTo(1);
    }

    @Test
    void restoresRecordsHeldUnderEachOfSeveralSettings() {
        Progress.Earlier first = new Progress.Earlier(2, 1_010, 1, "100/1");
        Progress.Earlier second = new Progress.Earlier(3, 0, -1, "100/2");
        PartitionSchedule<Message, Message> schedule = new PartitionSchedule<>(
                HORIZON_100.policies(),
                Ladder.none(),
                new Progress(5, 0, 0, -1, OffsetSet.EMPTY, "100/3", List.of(first, second), 7));
        for (int offset = 0; offset < 5; offset++) {
            offer(schedule, new Message(offset, 1_000, offset == 1 ? 10 : 20), 2_000);
        }

        schedule.readUpTo(5);

        assertThat(schedule.held()).isEqualTo(4);
        assertThat(release(schedule, 2_000).entry().dueMs()).isEqualTo(1_020);
        assertThat(schedule.progress().earlier()).containsExactly(second);
        assertThat(release(schedule, 2_000).entry().dueMs()).isEqualTo(1_040);
        assertThat(schedule.progress().earlier()).isEmpty();
        assertThat(schedule.progress().low()).isEqualTo(3);
        assertThat(release(schedule, 2_000).entry().dueMs()).isEqualTo(1_060);
        assertThat(release(schedule, 2_000).progress())
                .isEqualTo(new Progress(5, 5, 1_060, 4, OffsetSet.EMPTY, "100/3", List.of(), 7));
    }

    @Test
    void waitsIfSettingsChangeMoreOftenThanItKeeps() {
        List<Progress.Earlier> earlier = new ArrayList<>();
        for (int offset = 0; offset < PartitionSchedule.MAX_EARLIER; offset++) {
            earlier.add(new Progress.Earlier(offset + 1, 0, -1, "100/" + (offset + 2)));
        }
        int next = PartitionSchedule.MAX_EARLIER + 1;
        Progress full = new Progress(next, 0, 0, -1, OffsetSet.EMPTY, "90/1", earlier, Progress.NO_EPOCH);
        PartitionSchedule<Message, Message> schedule =
                new PartitionSchedule<>(HORIZON_100.policies(), Ladder.none(), full);
        for (int offset = 0; offset < next; offset++) {
            offer(schedule, new Message(offset, 1_000, 20), 1_000);
        }
        Message fresh = new Message(next, 1_000, 0);

        assertThat(schedule.offer(next, fresh, next + 1, 1_000, said::add)).isFalse();
        assertThat(schedule.headWaitsUntilMs()).isEqualTo(1_020);
        release(schedule, 1_040);
        release(schedule, 1_040);
        assertThat(schedule.offer(next, fresh, next + 1, 1_040, said::add)).isTrue();
    }

    @Test
    void keepsNoPlaceForSettingsUnderWhichNothingIsHeld() {
        List<Progress.Earlier> earlier = new ArrayList<>();
        for (int offset = 0; offset < PartitionSchedule.MAX_EARLIER; offset++) {
            earlier.add(new Progress.Earlier(offset + 1, 1_000, offset, "100/" + (offset + 2)));
        }
        int low = PartitionSchedule.MAX_EARLIER;
        Progress full = new Progress(low + 1, low, 0, -1, OffsetSet.EMPTY, "90/1", earlier, Progress.NO_EPOCH);
        PartitionSchedule<Message, Message> schedule =
                new PartitionSchedule<>(HORIZON_100.policies(), Ladder.none(), full);
        offer(schedule, new Message(low, 1_000, 20), 1_000);

        offer(schedule, new Message(low + 1, 1_000, 30), 1_000);

        assertThat(schedule.progress().earlier()).containsExactly(new Progress.Earlier(low + 1, 0, -1, "90/1"));
    }

    @Test
    void givesUpWhatItHoldsOfALogThatIsTruncated() {
        PartitionSchedule<Message, Message> schedule =
                new PartitionSchedule<>(HORIZON_100.policies(), Ladder.none(), progress(2, 0, 0, -1, "100/2"));
        offer(schedule, new Message(0, 1_000, 10), 1_000);
        offer(schedule, new Message(1, 1_000, 12), 1_000);
        offer(schedule, new Message(2, 1_000, 12), 1_000);

        assertThat(schedule.truncate(1)).isEqualTo(2);

        assertThat(schedule.held()).isEqualTo(1);
        assertThat(schedule.heldBytes()).isEqualTo(1);
        offer(schedule, new Message(1, 1_000, 10), 1_000);
        assertThat(release(schedule, 1_010).entry().offset()).isEqualTo(1);
        assertThat(release(schedule, 1_020).progress()).isEqualTo(progress(2, 2, 1_010, 1, "100/1"));
    }

    @Test
    void goesOnBeforeTheLastReleasedWhereALogIsCutOffThere() {
        PartitionSchedule<Message, Message> schedule =
                new PartitionSchedule<>(HORIZON_100.policies(), Ladder.none(), progress(5, 5, 1_050, 3, "100/1"));

        assertThat(schedule.truncate(2)).isZero();

        assertThat(schedule.progress()).isEqualTo(progress(2, 2, 1_050, 1, "100/1"));
    }

    @Test
    void holdsNothingBehindACut() {
        PartitionSchedule<Message, Message> schedule = schedule(HORIZON_100);
        offer(schedule, new Message(0, 1_000, 0), 1_000);
        offer(schedule, new Message(1, 1_000, 0), 1_000);
        offer(schedule, new Message(2, 1_000, 50), 1_000);

        assertThat(schedule.truncate(1)).isEqualTo(1);

        assertThat(schedule.firstHeld()).isNull();
        assertThat(schedule.progress()).isEqualTo(progress(1, 1, 0, 0, "100/1"));
    }

    @Test
    void forgetsTheSettingsOfWhatIsCutOff() {
        Progress.Earlier first = new Progress.Earlier(2, 0, -1, "100/2");
        Progress.Earlier second = new Progress.Earlier(3, 0, -1, "100/3");
        PartitionSchedule<Message, Message> schedule = new PartitionSchedule<>(
                HORIZON_100.policies(),
                Ladder.none(),
                new Progress(4, 0, 0, -1, OffsetSet.EMPTY, "100/1", List.of(first, second), 7));
        for (int offset = 0; offset < 4; offset++) {
            offer(schedule, new Message(offset, 1_000, 10), 1_000);
        }
        schedule.readUpTo(4);

        assertThat(schedule.truncate(2)).isEqualTo(2);

        assertThat(schedule.progress().earlier()).containsExactly(first);
    }

    @Test
    void isLeftAloneByACutBehindWhatWasRead() {
        PartitionSchedule<Message, Message> schedule = schedule(HORIZON_100);
        schedule.offer(0, 4, new Message(0, 1_000, 50), 1, 1_000, said::add);

        assertThat(schedule.truncate(1)).isZero();

        assertThat(schedule.held()).isEqualTo(1);
        assertThat(schedule.progress().epoch()).isEqualTo(4);
    }

    @Test
    void refusesWhatHasLongerToWaitThanItsLimitOnlyWhenItIsFirstRead() {
        PartitionSchedule<Message, Message> schedule = schedule(HORIZON_4S, LADDER);
        long waitMs = 11_003;
        offer(schedule, new Message(0, 1_000, 3_000), 1_000);
        offer(schedule, new Message(1, 1_000, waitMs), 1_000);
        offer(schedule, new Message(2, 1_000, waitMs), 4_003);

        assertThat(said.get(1)).isInstanceOfSatisfying(Action.TooFar.class, tooFar -> {
            assertThat(tooFar.waitMs()).isEqualTo(waitMs);
            assertThat(tooFar.limit()).isEqualTo(new Limit("longest", 8_000));
        });
        assertThat(said.get(2)).isInstanceOf(Action.Hop.class);
        PartitionSchedule<Message, Message> restarted =
                new PartitionSchedule<>(HORIZON_4S.policies(), LADDER, schedule.progress());
        offer(restarted, new Message(0, 1_000, 3_000), 4_003);
        offer(restarted, new Message(1, 1_000, waitMs), 11_000);
        offer(restarted, new Message(2, 1_000, waitMs), 11_000);
        assertThat(restarted.held()).isEqualTo(1);
        assertThat(said).hasSize(3);
    }

    @Test
    void countsOffsetsThatHoldNoRecordAsRead() {
        PartitionSchedule<Message, Message> schedule = schedule(HORIZON_100);
        offer(schedule, new Message(0, 1_000, 50), 1_000);

        schedule.readUpTo(2);

        assertThat(release(schedule, 1_050).progress()).isEqualTo(progress(2, 2, 1_050, 0, "100/1"));
    }

    @Test
    void sendsALongerWaitToATierUntilTheRestIsWithinTheHorizon() {
        PartitionSchedule<Message, Message> schedule = schedule(HORIZON_4S, LADDER);

        offer(schedule, new Message(0, 1_000, 20_000), 1_010);

        assertThat(said).singleElement().isInstanceOfSatisfying(Action.Hop.class, hop -> {
            assertThat(hop.tier()).isEqualTo(new Tier(16, 16_000));
            assertThat(hop.releaseMs()).isEqualTo(17_010);
            assertThat(hop.progress()).isEqualTo(progress(1, 1, 0, -1, "4000/1"));
        });
    }

    @Test
    void waitsWithATierUntilTheStayOfItsHeadEnds() {
        PartitionSchedule<Message, Message> schedule = schedule(HORIZON_4S, LADDER);
        Message head = new Message(7, 0, 0, 0, new Message.Stay(17_000, 21_000));

        assertThat(schedule.offer(0, head, 1, 16_999, said::add)).isFalse();
        assertThat(schedule.headWaitsUntilMs()).isEqualTo(17_000);
        assertThat(schedule.offer(0, head, 1, 17_000, said::add)).isTrue();
        assertThat(schedule.headWaitsUntilMs()).isEqualTo(PartitionSchedule.NEVER);
        assertThat(schedule.nextRelease()).extracting(Entry::dueMs).isEqualTo(21_000L);
    }

    @Test
    void sendsAMessageThatIsHeldUpInATierToASmallerOneOrDeliversIt() {
        PartitionSchedule<Message, Message> schedule = schedule(HORIZON_4S, LADDER);
        Message.Stay stay = new Message.Stay(17_000, 30_000);

        assertThat(schedule.offer(0, new Message(7, 0, 0, 0, stay), 1, 27_000, said::add))
                .isTrue();
        assertThat(schedule.offer(1, new Message(8, 1, 0, 0, stay), 2, 30_000, said::add))
                .isTrue();

        assertThat(said.get(0))
                .isInstanceOfSatisfying(
                        Action.Hop.class, hop -> assertThat(hop.tier()).isEqualTo(new Tier(1, 1_000)));
        assertThat(said.get(1)).isInstanceOf(Action.Deliver.class);
    }

    @Test
    void holdsAMessageWithLessToWaitThanTheShortestStay() {
        PartitionSchedule<Message, Message> schedule = schedule(HORIZON_4S, LADDER);

        offer(schedule, new Message(0, 1_000, 9_000), 9_001);

        assertThat(schedule.progress().low()).isZero();
        assertThat(schedule.progress().exceptions().text()).isEqualTo("0");
        Action<Message> released = release(schedule, 10_000);
        assertThat(released.progress()).isEqualTo(progress(1, 1, 10_000, 0, "4000/1"));
    }

    @Test
    void sendsAMessageFromTheFutureToATierAndRemembersThatItIsNotHeld() {
        PartitionSchedule<Message, Message> schedule = schedule(HORIZON_4S, LADDER);
        offer(schedule, new Message(0, 1_000, 3_000), 1_000);
        Message fromTheFuture = new Message(1, 100_000, 10);

        offer(schedule, fromTheFuture, 1_000);

        Progress progress = schedule.progress();
        assertThat(said.get(1)).isInstanceOf(Action.Hop.class);
        assertThat(progress.exceptions().text()).isEqualTo("1");
        PartitionSchedule<Message, Message> restarted =
                new PartitionSchedule<>(HORIZON_4S.policies(), LADDER, progress);
        offer(restarted, new Message(0, 1_000, 3_000), 1_000);
        offer(restarted, fromTheFuture, 1_000);
        assertThat(restarted.held()).isEqualTo(1);
    }

    @Test
    void waitsWithAMessageOfAFixedDelayUnlessItIsFromTheFuture() {
        PartitionSchedule<Message, Message> schedule = schedule(HORIZON_4S, LADDER);
        long delayMs = 10_007;

        assertThat(schedule.offer(0, new Message(0, 5_000, delayMs), 1, 1_000, said::add))
                .isFalse();
        assertThat(schedule.headWaitsUntilMs()).isEqualTo(15_007);
        offer(schedule, new Message(0, 5_001, delayMs), 1_000);

        assertThat(said).singleElement().isInstanceOfSatisfying(Action.Hop.class, hop -> {
            assertThat(hop.entry().dueMs()).isEqualTo(15_008);
            assertThat(hop.progress().next()).isEqualTo(1);
        });
    }

    @Test
    void refusesAMessageFromTheFutureIfThereAreNoTiers() {
        PartitionSchedule<Message, Message> schedule = schedule(HORIZON_100);

        offer(schedule, new Message(0, 1_000, 0), 1_000);
        offer(schedule, new Message(1, 10_000, 10), 1_000);

        assertThat(said.get(1)).isInstanceOf(Action.TooFar.class);
    }

    /** A producer whose clock is an hour ahead writes between the messages of another. */
    @Test
    void isNotHeldUpByOneProducerWhoseClockIsAhead() {
        PartitionSchedule<Message, Message> schedule = schedule(HORIZON_4S, LADDER);
        for (int offset = 0; offset < 20_000; offset += 2) {
            offer(schedule, new Message(offset, 3_600_000, 10), 1_000);
            offer(schedule, new Message(offset + 1, 1_000, 3_000), 1_000);
        }

        assertThat(schedule.headWaitsUntilMs()).isEqualTo(PartitionSchedule.NEVER);
        Progress progress = schedule.progress();
        assertThat(progress.exceptions().text()).hasSizeLessThan(4_000);
        PartitionSchedule<Message, Message> restarted =
                new PartitionSchedule<>(HORIZON_4S.policies(), LADDER, progress);
        for (int offset = 1; offset < 20_000; offset++) {
            boolean isAhead = offset % 2 == 0;
            offer(restarted, new Message(offset, isAhead ? 3_600_000 : 1_000, isAhead ? 10 : 3_000), 1_000);
        }
        assertThat(restarted.held()).isEqualTo(10_000);
    }

    @Test
    void waitsUntilTheFirstHasLeftIfThereIsNoRoomForAnotherException() {
        PartitionSchedule<Message, Message> schedule = schedule(HORIZON_4S, LADDER);
        int offset = 0;
        for (; offset < OffsetSet.MAX_SPAN; offset += 2) {
            offer(schedule, new Message(offset, 1_000, 2_000), 1_000);
            offer(schedule, new Message(offset + 1, 100_000, 10), 1_000);
        }
        Message oneMore = new Message(offset + 1, 100_000, 10);

        assertThat(schedule.offer(offset + 1, oneMore, offset + 2, 1_000, said::add))
                .isFalse();
        assertThat(schedule.headWaitsUntilMs()).isEqualTo(3_000);
        release(schedule, 3_000);
        release(schedule, 3_000);
        assertThat(schedule.offer(offset + 1, oneMore, offset + 2, 3_000, said::add))
                .isTrue();
    }

    @Test
    void countsOffsetsReadWithARecordAsReadInItsAction() {
        PartitionSchedule<Message, Message> schedule = schedule(HORIZON_100);

        schedule.offer(0, new Message(0, 1_000, 0), 3, 1_000, said::add);

        assertThat(said).singleElement().extracting(Action::progress).isEqualTo(progress(3, 3, 0, 0, "100/1"));
    }

    @Test
    void knowsItsHeldRecords() {
        PartitionSchedule<Message, Message> schedule = schedule(HORIZON_100);
        offer(schedule, new Message(0, 1_000, 50), 1_000);
        offer(schedule, new Message(1, 1_000, 60), 1_000);

        assertThat(schedule.heldBytes()).isEqualTo(2);
        release(schedule, 1_050);
        assertThat(schedule.heldBytes()).isEqualTo(1);
    }

    @Test
    void hasNothingToTakeUpIfNothingWasHeld() {
        assertThat(schedule(HORIZON_100).isReplaying()).isFalse();
    }

    @Test
    void knowsWhenTheLastOfWhatItHoldsIsDue() {
        PartitionSchedule<Message, Message> schedule = schedule(HORIZON_100);

        assertThat(schedule.furthestDueMs()).isNegative();
        offer(schedule, new Message(0, 1_000, 60), 1_000);
        offer(schedule, new Message(1, 1_000, 50), 1_000);
        assertThat(schedule.furthestDueMs()).isEqualTo(1_060);
        release(schedule, 1_060);
        release(schedule, 1_060);
        assertThat(schedule.furthestDueMs()).isNegative();
    }

    @Test
    void reportsEachMessageThatItHoldsOrLetsGo() {
        List<String> reported = new ArrayList<>();
        PartitionSchedule<Message, Message> schedule = new PartitionSchedule<>(
                HORIZON_100.policies(), Ladder.none(), progress(1, 0, 0, -1, "100/3"), new HeldMessages<>() {
                    @Override
                    public void added(Message message) {
                        reported.add("+" + message.offset());
                    }

                    @Override
                    public void removed(Message message) {
                        reported.add("-" + message.offset());
                    }
                });
        offer(schedule, new Message(0, 1_000, 10), 1_000);
        offer(schedule, new Message(1, 1_000, 10), 1_000);

        release(schedule, 1_030);

        assertThat(reported).containsExactly("+0", "+1", "-1");
    }

    @Test
    void isOfferedNothingTwice() {
        PartitionSchedule<Message, Message> schedule = schedule(HORIZON_100);
        offer(schedule, new Message(0, 1_000, 50), 1_000);

        assertThatIllegalStateException()
                .isThrownBy(() -> offer(schedule, new Message(0, 1_000, 50), 1_000))
                .withMessage("offset 0 was read before: the next is 1");
    }

    private static Progress progress(long next, long low, long dueMs, long at, String settings) {
        return new Progress(next, low, dueMs, at, OffsetSet.EMPTY, settings);
    }

    private static PartitionSchedule<Message, Message> schedule(ScaledWait policy) {
        return schedule(policy, Ladder.none());
    }

    private static PartitionSchedule<Message, Message> schedule(ScaledWait policy, Ladder ladder) {
        return new PartitionSchedule<>(policy.policies(), ladder, Progress.from(0, policy.settings()));
    }

    private void offer(PartitionSchedule<Message, Message> schedule, Message message, long nowMs) {
        assertThat(schedule.offer(message.offset(), message, message.offset() + 1, nowMs, said::add))
                .isTrue();
    }

    private static Action<Message> release(PartitionSchedule<Message, Message> schedule, long nowMs) {
        return Objects.requireNonNull(schedule.release(nowMs), "nothing is due");
    }
}
