/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.quickstart;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The messages of a run, and the example connectors on their way. */
interface Scenario {

    /** A description in one line, for the user. */
    String title();

    /** The topics that the examples read, which must exist before the connectors start. */
    List<String> inputs();

    /** The files of {@code config-examples/} without {@code .json}, in the order in which they are applied. */
    List<String> examples();

    /** The messages, in the order in which they are published. Called when everything runs. */
    List<Message> messages();

    /** A regular expression for all destination topics. */
    String destinations();

    /** The first topic of due messages, in which their lateness is measured; null if no message is delayed. */
    @Nullable
    String dueTopic();
}
