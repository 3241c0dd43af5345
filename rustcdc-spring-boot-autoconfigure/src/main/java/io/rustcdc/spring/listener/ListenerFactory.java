package io.rustcdc.spring.listener;

import io.rustcdc.delivery.Acknowledgment;
import io.rustcdc.delivery.BatchHandler;
import io.rustcdc.delivery.ChangeHandler;
import io.rustcdc.delivery.FailurePolicy.Action;
import io.rustcdc.delivery.LaneOptions;
import io.rustcdc.delivery.Subscription.AckMode;
import io.rustcdc.delivery.Subscription.Conduct;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.spring.CdcConfigurationException;
import io.rustcdc.spring.CdcListener;
import io.rustcdc.spring.CdcListenerErrorHandler;
import io.rustcdc.spring.mapping.RowMappers;
import io.rustcdc.spring.outbox.Outboxes;
import java.lang.reflect.Method;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanNotOfRequiredTypeException;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.thread.Threading;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.validation.Validator;

/** Makes a listener of an annotated method. */
final class ListenerFactory {

    private final ConfigurableListableBeanFactory beanFactory;
    private final AnnotationTexts texts;
    private final RowMappers mappers;
    private final Outboxes outboxes;
    private final RowValidation validation;
    private final List<ListenerDecorator> decorators;
    private final ThreadFactory laneThreads;

    ListenerFactory(
            ConfigurableListableBeanFactory beanFactory,
            RowMappers mappers,
            Outboxes outboxes,
            List<ListenerDecorator> decorators) {
        this.beanFactory = beanFactory;
        this.texts = new AnnotationTexts(beanFactory);
        this.mappers = mappers;
        this.outboxes = outboxes;
        this.validation = new RowValidation(
                () -> beanFactory.getBeanProvider(Validator.class).getIfUnique());
        this.decorators = List.copyOf(decorators);
        this.laneThreads =
                beanFactory.getBeanProvider(Environment.class).stream().anyMatch(Threading.VIRTUAL::isActive)
                        ? new VirtualThreadTaskExecutor().getVirtualThreadFactory()
                        : Thread::new;
    }

    ListenerDefinition create(String beanName, Class<?> type, Method method, CdcListener listener) {
        String name = ListenerRules.describe(method, type);
        if (!beanFactory.isSingleton(beanName)) {
            throw new CdcConfigurationException(
                    "Listener %s is in bean '%s', which is not a singleton: it is not known which instance to call"
                            .formatted(name, beanName),
                    "Remove the scope of the bean, or move the method to a singleton.");
        }
        OutboxDeclaration outbox = OutboxDeclaration.of(method, listener, texts, outboxes, name);
        Set<Operation> declaredOperations = operations(listener, name);
        Set<Operation> operations = outbox == null ? declaredOperations : outbox.operations(declaredOperations, name);
        Parameters parameters = new Parameters(
                mappers, validation, new Parameters.Declaration(method, type, operations, listener.fill(), outbox));
        String declaredId = texts.text(listener.id());
        String id = declaredId.isEmpty() ? beanName + "." + method.getName() : declaredId;
        List<String> columns = texts.list(listener.columns());
        Predicate<ChangeEvent<Row>> wanted = wanted(id, columns, outbox);
        int batchSize = texts.number(listener.batchSize(), "batchSize", name);
        ListenerRules.requireSynchronous(method, type, parameters.isManual());
        ChangeHandler handler;
        if (parameters.isBatch()) {
            List<Argument<List<ChangeEvent<Row>>>> arguments = parameters.batch();
            MethodInvoker<List<ChangeEvent<Row>>> invoker =
                    MethodInvoker.of(bean(beanName), method(beanName, method, name), arguments);
            handler = new BatchListener(surrounded(id, true, listener, wanted, invoker::invoke), batchSize);
        } else if (batchSize > 0) {
            throw new CdcConfigurationException(
                    "Listener %s has a batchSize, but it takes one change at a time".formatted(name),
                    "Take a List<ChangeEvent<T>> or a List<T>, or remove the batchSize.");
        } else {
            List<Argument<ChangeEvent<Row>>> arguments = parameters.single();
            MethodInvoker<ChangeEvent<Row>> invoker =
                    MethodInvoker.of(bean(beanName), method(beanName, method, name), arguments);
            handler = single(id, listener, wanted, invoker);
        }
        boolean manual = parameters.isManual() || MethodInvoker.returnsStage(method);
        return new ListenerDefinition(
                id,
                name,
                texts.text(listener.source()),
                outbox == null ? texts.list(listener.tables()) : outbox.tables(texts.list(listener.tables())),
                operations,
                columns,
                new Conduct(manual ? AckMode.MANUAL : AckMode.AUTO, lanes(listener, name, outbox)),
                texts.choice(Action.class, listener.onFailure(), "onFailure", name),
                parameters.isBatch(),
                order(beanName, method, listener),
                texts.flag(listener.autoStartup(), true, "autoStartup", name),
                ListenerRules.leavesTransaction(method, type),
                handler,
                outbox == null ? null : outbox.filter());
    }

    @SuppressWarnings("NullAway") // it does not see that the key may be null, since that is said in another module
    private LaneOptions lanes(CdcListener listener, String name, @Nullable OutboxDeclaration outbox) {
        int concurrency = texts.number(listener.concurrency(), "concurrency", name);
        LaneOptions lanes = concurrency < 2
                ? LaneOptions.one()
                : LaneOptions.of(concurrency).withThreads(laneThreads);
        // Also for the one lane: an event must not be parked alone, while later ones of its aggregate go on.
        return outbox == null ? lanes : lanes.withKey(outbox.table()::aggregate);
    }

    private Object bean(String beanName) {
        return beanFactory.getBean(beanName);
    }

    private Method method(String beanName, Method method, String name) {
        return ListenerRules.invocable(method, bean(beanName), name);
    }

    /** Nearly always nothing is around it, and then nothing costs anything. */
    private ChangeHandler single(
            String id,
            CdcListener listener,
            @Nullable Predicate<ChangeEvent<Row>> wanted,
            MethodInvoker<ChangeEvent<Row>> invoker) {
        ListenerCall innermost = (events, acknowledgment) -> invoker.invoke(events.get(0), acknowledgment);
        ListenerCall call = surrounded(id, false, listener, wanted, innermost);
        return call == innermost
                ? invoker::invoke
                : (event, acknowledgment) -> call.run(List.of(event), acknowledgment);
    }

    private ListenerCall surrounded(
            String id,
            boolean batch,
            CdcListener listener,
            @Nullable Predicate<ChangeEvent<Row>> wanted,
            ListenerCall innermost) {
        String errorHandler = texts.text(listener.errorHandler());
        ListenerCall call =
                errorHandler.isEmpty() ? innermost : new ErrorHandling(errorHandler(errorHandler, id), innermost);
        for (ListenerDecorator decorator : decorators) {
            call = decorator.decorate(id, batch, call);
        }
        return wanted == null ? call : new WantedChanges(wanted, call);
    }

    /** Null for all that its tables and operations let through. */
    private static @Nullable Predicate<ChangeEvent<Row>> wanted(
            String id, List<String> columns, @Nullable OutboxDeclaration outbox) {
        if (outbox != null) {
            return outbox.filter();
        }
        return columns.isEmpty() ? null : new ColumnFilter(id, columns);
    }

    private CdcListenerErrorHandler errorHandler(String bean, String id) {
        try {
            return beanFactory.getBean(bean, CdcListenerErrorHandler.class);
        } catch (NoSuchBeanDefinitionException | BeanNotOfRequiredTypeException e) {
            throw new CdcConfigurationException(
                    "Listener '%s' names the error handler '%s', but there is no bean of that name and of type CdcListenerErrorHandler"
                            .formatted(id, bean),
                    "Define it, or correct the name.");
        }
    }

    private static Set<Operation> operations(CdcListener listener, String name) {
        if (listener.operations().length == 0) {
            throw new CdcConfigurationException(
                    "Listener %s has no operations, so it would never be called".formatted(name),
                    "Remove 'operations' for all changes of rows.");
        }
        return EnumSet.copyOf(List.of(listener.operations()));
    }

    private int order(String beanName, Method method, CdcListener listener) {
        if (listener.order() != Ordered.LOWEST_PRECEDENCE) {
            return listener.order();
        }
        Order order = AnnotatedElementUtils.findMergedAnnotation(method, Order.class);
        if (order == null) {
            order = beanFactory.findAnnotationOnBean(beanName, Order.class);
        }
        return order == null ? Ordered.LOWEST_PRECEDENCE : order.value();
    }

    /**
     * Takes batches.
     *
     * @param size the most changes of one call; 0 leaves it to the source
     */
    private record BatchListener(ListenerCall call, int size) implements BatchHandler {

        @Override
        public void handle(List<ChangeEvent<Row>> events, Acknowledgment acknowledgment) throws Exception {
            call.run(events, acknowledgment);
        }

        @Override
        public int maxSize() {
            return size;
        }
    }
}
