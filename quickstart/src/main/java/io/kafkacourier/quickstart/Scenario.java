/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.quickstart;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is sent through the system, and through which of the example connectors. */
interface Scenario {

    /** One line for the user. */
    String title();

    /** The topics that the examples read: they must exist before the connectors start. */
    List<String> inputs();

    /** The files of {@code config-examples/} without {@code .json}, in the order in which they are applied. */
    List<String> examples();

    /** The messages, in the order in which they are published; called when everything runs. */
    List<Message> messages();

    /** Matches every topic in which a message may arrive for good. */
    String destinations();

    /** The topic that due messages reach first, whose arrival times tell the lateness; null where none is delayed. */
    @Nullable
    String dueTopic();
}
